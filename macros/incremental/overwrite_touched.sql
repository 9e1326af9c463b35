{#
  Incremental strategy `overwrite_touched`: every row of the keys that were touched goes,
  the rows as they are now come. The touched keys are in the relation that `meta.touched`
  names, never worked out from the new rows, so that a key which lost its last row loses
  it here too.
    unique_key  the column that is rebuilt whole
#}
{% macro get_incremental_overwrite_touched_sql(arguments) -%}
  {%- set new_rows = settled_rows(arguments.target_relation, arguments.temp_relation) -%}
  {{ replace_rows(
      arguments.target_relation,
      new_rows,
      arguments.dest_columns | map(attribute='name') | list,
      arguments.unique_key ~ ' in (select ' ~ arguments.unique_key ~ ' from ' ~ ref(model.config.meta.touched) ~ ')',
  ) }}
{%- endmacro %}
