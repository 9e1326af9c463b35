{#
  The column by which an engine that stores a table in folders should divide it; no
  division where the engine keeps its tables in one file. For `partition_by` in a model's
  config.
#}
{% macro partition_column(name) -%}
  {{ return(adapter.dispatch('partition_column', 'usage_warehouse')(name)) }}
{%- endmacro %}

{% macro duckdb__partition_column(name) -%} {{ return(none) }} {%- endmacro %}

{% macro spark__partition_column(name) -%} {{ return(name) }} {%- endmacro %}
