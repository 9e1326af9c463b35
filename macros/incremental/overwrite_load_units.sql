{#
  Incremental strategy `overwrite_load_units`: the rows of load units that are gone or
  changed go, and so do those whose key the new rows decide anew; the new rows come. What
  that changes is noted in the model's log.
    unique_key  the column that is decided whole
#}
{% macro get_incremental_overwrite_load_units_sql(arguments) -%}
  {%- set target = arguments.target_relation -%}
  {%- set new_rows = settled_rows(target, arguments.temp_relation) -%}
  {%- set condition =
      '(' ~ arguments.unique_key ~ ' in (select ' ~ arguments.unique_key ~ ' from ' ~ new_rows ~ ')'
      ~ (' or ' ~ is_of_gone_unit() if units_are_gone() else '') ~ ')' -%}
  {{ log_changes(target, new_rows, condition) }}
  {{ replace_rows(target, new_rows, arguments.dest_columns | map(attribute='name') | list, condition) }}
{%- endmacro %}

{# A query of the keys of the load units that the model has consumed. #}
{% macro consumed_unit_ids() -%}
  select unit_id from {{ ledger_relation('units') }}
{%- endmacro %}

{# A condition: the row is of a load unit that is gone or changed. #}
{% macro is_of_gone_unit() -%}
  unit_id not in (select unit_id from {{ ref('stg_events__load_units') }})
{%- endmacro %}

{# Whether a load unit that the model has consumed is gone or changed. #}
{% macro units_are_gone() -%}
  {%- if not has_ledger(model.name, 'units') -%} {{ return(false) }} {%- endif -%}
  {{ return(run_query(
      'select count(*) from (' ~ consumed_unit_ids() ~ ') as consumed where unit_id not in (select unit_id from '
      ~ ref('stg_events__load_units') ~ ')').rows[0][0] > 0) }}
{%- endmacro %}
