{#
  Incremental strategy `overwrite_touched`: delete every row of the keys that were
  touched, then insert the rows as they are now. The touched keys come from the relation
  that `meta.touched` names, never from the new rows, so that a key which lost its last
  row loses it here too.
    unique_key  the column that is rebuilt whole
#}
{% macro get_incremental_overwrite_touched_sql(arguments) -%}
  {%- set key = arguments.unique_key -%}
  {%- set columns = get_quoted_csv(arguments.dest_columns | map(attribute='name')) -%}
  delete from {{ arguments.target_relation }}
  where {{ key }} in (select {{ key }} from {{ ref(model.config.meta.touched) }});

  insert into {{ arguments.target_relation }} ({{ columns }})
  select {{ columns }} from {{ arguments.temp_relation }};
{%- endmacro %}
