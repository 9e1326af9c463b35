{#
  For a select list: one row per element of a JSON array, each as JSON text. No row where
  the text is null; the text must be an array (a text that is none fails).
#}
{% macro json_elements(column) -%}
  {{ adapter.dispatch('json_elements', 'usage_warehouse')(column) }}
{%- endmacro %}

{% macro duckdb__json_elements(column) -%}
  cast(unnest(from_json({{ column }}, '["json"]')) as varchar)
{%- endmacro %}

{% macro spark__json_elements(column) -%}
  explode(from_json({{ column }}, 'array<string>'))
{%- endmacro %}
