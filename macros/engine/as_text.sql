{#
  Any physical type → text; nested columns become JSON text, and a whole number that a
  loader turned into a floating one (7.0) is written as the whole number that it was.
#}
{% macro as_text(column, data_type) -%}
  {{ adapter.dispatch('as_text', 'usage_warehouse')(column, data_type | lower) }}
{%- endmacro %}

{% macro duckdb__as_text(column, data_type) -%}
  {%- if data_type == 'varchar' -%} {{ column }}
  {%- elif data_type.startswith('struct') or data_type.startswith('map') or data_type.endswith(']') -%}
    cast(to_json({{ column }}) as varchar)
  {%- elif data_type in ('float', 'double') -%}
    coalesce(
      case
        when {{ column }} = floor({{ column }}) then cast(try_cast({{ column }} as bigint) as varchar)
      end,
      cast({{ column }} as varchar)
    )
  {%- else -%} cast({{ column }} as varchar)
  {%- endif -%}
{%- endmacro %}

{% macro spark__as_text(column, data_type) -%}
  {%- if data_type == 'string' -%} {{ column }}
  {%- elif data_type.startswith('struct') or data_type.startswith('map') or data_type.startswith('array') -%}
    to_json({{ column }})
  {%- elif data_type in ('float', 'double') -%}
    coalesce(
      case
        when {{ column }} = floor({{ column }}) then cast(try_cast({{ column }} as bigint) as string)
      end,
      cast({{ column }} as string)
    )
  {%- else -%} cast({{ column }} as string)
  {%- endif -%}
{%- endmacro %}
