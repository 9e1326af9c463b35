{#
  The text under one top-level key of a JSON object, the key being a column; any text may
  be a key. Null where it is absent or JSON null.
    column  JSON text, valid
    key     a SQL expression that gives the key
#}
{% macro json_text_at(column, key) -%}
  {{ adapter.dispatch('json_text_at', 'usage_warehouse')(column, key) }}
{%- endmacro %}

{# A JSON pointer: in a path that is a column, some keys would be wildcards. #}
{% macro duckdb__json_text_at(column, key) -%}
  json_extract_string({{ column }}, '/' || replace(replace({{ key }}, '~', '~0'), '/', '~1'))
{%- endmacro %}

{% macro spark__json_text_at(column, key) -%}
  try_element_at(from_json({{ column }}, 'map<string,string>'), {{ key }})
{%- endmacro %}
