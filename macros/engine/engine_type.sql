{#
  The engine's name of a contract type.
#}
{% macro engine_type(data_type) -%}
  {{ return(adapter.dispatch('engine_type', 'usage_warehouse')(data_type)) }}
{%- endmacro %}

{% macro duckdb__engine_type(data_type) -%}
  {{ return('varchar' if data_type == 'string' else data_type) }}
{%- endmacro %}

{% macro spark__engine_type(data_type) -%}
  {{ return(data_type) }}
{%- endmacro %}
