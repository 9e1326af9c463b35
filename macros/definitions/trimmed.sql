{#
  A text without the spaces (U+0020) at its ends. What `trim` takes off by itself differs
  between engines: DuckDB counts every Unicode space.
    text  a SQL text expression
#}
{% macro trimmed(text) -%} trim(both ' ' from {{ text }}) {%- endmacro %}
