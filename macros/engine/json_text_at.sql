{#
  The text under one top-level key of a JSON object, the key being a column.
    column  JSON text, valid
    key     a SQL expression that gives the key
#}
{% macro json_text_at(column, key) -%}
  {{ adapter.dispatch('json_text_at', 'usage_warehouse')(column, key) }}
{%- endmacro %}

{% macro duckdb__json_text_at(column, key) -%}
  json_extract_string({{ column }}, '$."' || {{ key }} || '"')
{%- endmacro %}

{% macro spark__json_text_at(column, key) -%}
  get_json_object({{ column }}, concat('$[''', {{ key }}, ''']'))
{%- endmacro %}
