{#
  The text at one path of a JSON text (objects and arrays as JSON); null where it is
  absent or JSON null. The JSON must be valid: see is_json_object. A number with
  an exponent, or with a fraction and from 1e7 on, is spelt differently by each engine.
    path  like '$.consent.analytics'
#}
{% macro json_text(column, path) -%}
  {{ adapter.dispatch('json_text', 'usage_warehouse')(column, path) }}
{%- endmacro %}

{% macro duckdb__json_text(column, path) -%}
  json_extract_string({{ column }}, '{{ path }}')
{%- endmacro %}

{% macro spark__json_text(column, path) -%}
  get_json_object({{ column }}, '{{ path }}')
{%- endmacro %}
