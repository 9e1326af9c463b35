{#
  Any physical type → bigint; null where it is no number. A fraction is rounded, half away
  from zero: a loader that writes 7.0 means 7.
#}
{% macro whole_number(column, data_type) -%}
  {{ adapter.dispatch('whole_number', 'usage_warehouse')(column, data_type | lower) }}
{%- endmacro %}

{% macro duckdb__whole_number(column, data_type) -%}
  {%- if data_type.endswith('int') or data_type in ('integer', 'uinteger', 'boolean') -%} try_cast({{ column }} as bigint)
  {%- else -%} try_cast(round(try_cast({{ column }} as decimal(38, 6))) as bigint)
  {%- endif -%}
{%- endmacro %}

{% macro spark__whole_number(column, data_type) -%}
  {%- if data_type.endswith('int') or data_type == 'boolean' -%} try_cast({{ column }} as bigint)
  {%- else -%} try_cast(round(try_cast({{ column }} as decimal(38, 6))) as bigint)
  {%- endif -%}
{%- endmacro %}
