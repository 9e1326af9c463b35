{#
  Whether the whole of a text matches a regular expression.
    text     a SQL text expression
    pattern  what RE2 and Java read alike; no quotes, no backslashes (write [.] and [0-9])
#}
{% macro is_match(text, pattern) -%}
  {{ adapter.dispatch('is_match', 'usage_warehouse')(text, pattern) }}
{%- endmacro %}

{% macro duckdb__is_match(text, pattern) -%}
  regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}

{# Not $, which also matches before a last line break. #}
{% macro spark__is_match(text, pattern) -%}
  regexp_like({{ text }}, '^(?:{{ pattern }})\\z')
{%- endmacro %}
