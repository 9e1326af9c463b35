{#
  Replaces two macros of dbt-spark that stop at any incremental strategy but its own: the
  names of macros/incremental mean the same on every engine.
#}
{% macro dbt_spark_validate_get_incremental_strategy(raw_strategy, file_format) -%}
  {%- if raw_strategy not in ['overwrite_touched', 'overwrite_load_units', 'add_rows'] -%}
    {{ exceptions.raise_compiler_error(
        "incremental strategy '" ~ raw_strategy ~ "' is none of overwrite_touched, overwrite_load_units, add_rows") }}
  {%- endif -%}
  {{ return(raw_strategy) }}
{%- endmacro %}

{% macro dbt_spark_get_incremental_sql(strategy, source, target, existing, unique_key, predicates) -%}
  {%- set write = adapter.get_incremental_strategy_macro(context, strategy) -%}
  {{ write({
      'target_relation': target,
      'temp_relation': source,
      'unique_key': unique_key,
      'dest_columns': adapter.get_columns_in_relation(target),
  }) }}
{%- endmacro %}
