{#
  A condition that is always true, for the where clause of a costly CTE that is read more
  than once. DuckDB works such a CTE out once by itself; Spark does so only where it
  cannot be sure to get the same rows again.
#}
{% macro worked_out_once() -%}
  {{ adapter.dispatch('worked_out_once', 'usage_warehouse')() }}
{%- endmacro %}

{% macro duckdb__worked_out_once() -%} true {%- endmacro %}

{% macro spark__worked_out_once() -%} monotonically_increasing_id() >= 0 {%- endmacro %}
