{#
  Makes the raw files readable to the models, at the start of a run that reads them. On
  DuckDB a source is a query of files already (`external_location`); on Spark every raw
  table is declared as an external table of the columns that its files really have.
#}
{% macro declare_raw_tables() -%}
  {%- if execute and invocation_args_dict.which in ['build', 'run'] and not flags.EMPTY -%}
    {{ adapter.dispatch('declare_raw_tables', 'usage_warehouse')() }}
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__declare_raw_tables() -%} {%- endmacro %}

{% macro spark__declare_raw_tables() -%}
  {%- do adapter.declare_raw_tables() -%}
{%- endmacro %}
