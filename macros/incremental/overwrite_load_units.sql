{#
  Incremental strategy `overwrite_load_units`: delete the rows of load units that are
  gone or changed and the rows whose key the new rows decide anew, then insert the new
  rows.
    unique_key  the column that is decided whole
#}
{% macro get_incremental_overwrite_load_units_sql(arguments) -%}
  {%- set key = arguments.unique_key -%}
  {%- set columns = get_quoted_csv(arguments.dest_columns | map(attribute='name')) -%}
  delete from {{ arguments.target_relation }}
  where {{ key }} in (select {{ key }} from {{ arguments.temp_relation }})
    or load_unit not in ({{ unchanged_load_units() }});

  insert into {{ arguments.target_relation }} ({{ columns }})
  select {{ columns }} from {{ arguments.temp_relation }};
{%- endmacro %}

{# A query of the load units that the model has consumed and that are still the same. #}
{% macro unchanged_load_units() -%}
  select units.load_unit
  from {{ ref('stg_events__load_units') }} as units
  inner join {{ ledger_relation('consumed') }} as consumed
    on units.load_unit = consumed.load_unit
    and units.content_hash = consumed.content_hash
{%- endmacro %}
