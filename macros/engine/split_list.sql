{#
  For a select list: one row per part of a text between separators, blanks and empty parts
  included. No row where it is null. The separator is one plain character.
#}
{% macro split_list(text, separator) -%}
  {{ adapter.dispatch('split_list', 'usage_warehouse')(text, separator) }}
{%- endmacro %}

{% macro duckdb__split_list(text, separator) -%}
  unnest(string_split({{ text }}, '{{ separator }}'))
{%- endmacro %}

{% macro spark__split_list(text, separator) -%}
  explode(split({{ text }}, '[{{ separator }}]'))
{%- endmacro %}
