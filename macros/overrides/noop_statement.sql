{#
  Replaces dbt's macro of the same name, which only the seed materialization uses. dbt's
  writes the SQL it ran to <target>/run/<path of the seed>; where USAGE_SEEDS is an
  absolute folder that path is the seed file itself, and the user's definitions would be
  overwritten by SQL. Nothing is written here.
#}
{% macro noop_statement(name=None, message=None, code=None, rows_affected=None, res=None) -%}
  {%- set _ = caller() -%}
  {%- if name is not none -%}
    {{ store_raw_result(name, message=message, code=code, rows_affected=rows_affected, agate_table=res) }}
  {%- endif -%}
{%- endmacro %}
