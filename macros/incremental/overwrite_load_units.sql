{#
  Incremental strategy `overwrite_load_units`: the rows of load units that are gone or
  changed go, and so do those whose key the new rows decide anew; the new rows come.
    unique_key  the column that is decided whole
#}
{% macro get_incremental_overwrite_load_units_sql(arguments) -%}
  {%- set new_rows = settled_rows(arguments.target_relation, arguments.temp_relation) -%}
  {{ replace_rows(
      arguments.target_relation,
      new_rows,
      arguments.dest_columns | map(attribute='name') | list,
      '(' ~ arguments.unique_key ~ ' in (select ' ~ arguments.unique_key ~ ' from ' ~ new_rows ~ ')'
      ~ ' or load_unit not in (' ~ unchanged_load_units() ~ '))',
  ) }}
{%- endmacro %}

{# A query of the load units that the model has consumed and that are still the same. #}
{% macro unchanged_load_units() -%}
  select units.load_unit
  from {{ ref('stg_events__load_units') }} as units
  inner join {{ ledger_relation('consumed') }} as consumed
    on units.load_unit = consumed.load_unit
    and units.content_hash = consumed.content_hash
{%- endmacro %}
