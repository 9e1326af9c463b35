{#
  Any physical type → text; nested columns become JSON text.
#}
{% macro as_text(column, data_type) -%}
  {{ adapter.dispatch('as_text', 'usage_warehouse')(column, data_type | lower) }}
{%- endmacro %}

{% macro duckdb__as_text(column, data_type) -%}
  {%- if data_type == 'varchar' -%} {{ column }}
  {%- elif data_type.startswith('struct') or data_type.startswith('map') or data_type.endswith(']') -%}
    cast(to_json({{ column }}) as varchar)
  {%- else -%} cast({{ column }} as varchar)
  {%- endif -%}
{%- endmacro %}

{% macro spark__as_text(column, data_type) -%}
  {%- if data_type == 'string' -%} {{ column }}
  {%- elif data_type.startswith('struct') or data_type.startswith('map') or data_type.startswith('array') -%}
    to_json({{ column }})
  {%- else -%} cast({{ column }} as string)
  {%- endif -%}
{%- endmacro %}
