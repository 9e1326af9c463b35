{#
  Whether the engine builds incremental models by increments. Where it does not, every
  run rebuilds them in full: the same result, later.
#}
{% macro has_increments() -%}
  {{ return(adapter.dispatch('has_increments', 'usage_warehouse')()) }}
{%- endmacro %}

{% macro duckdb__has_increments() -%} {{ return(true) }} {%- endmacro %}

{#
  Spark has no delete on Parquet tables, and insert_overwrite would leave a partition
  that became empty as it was.
#}
{% macro spark__has_increments() -%} {{ return(false) }} {%- endmacro %}

{#
  Replaces the adapter's macro of the same name, which stops at any strategy but its own:
  the names of macros/incremental mean the same on every engine.
#}
{% macro dbt_spark_validate_get_incremental_strategy(raw_strategy, file_format) -%}
  {%- if raw_strategy not in ['overwrite_touched', 'overwrite_load_units'] -%}
    {{ exceptions.raise_compiler_error(
        "incremental strategy '" ~ raw_strategy ~ "' is none of overwrite_touched, overwrite_load_units") }}
  {%- endif -%}
  {{ return(raw_strategy) }}
{%- endmacro %}
