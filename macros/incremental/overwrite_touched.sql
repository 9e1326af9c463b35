{#
  Incremental strategy `overwrite_touched`: the rows that were touched go, the rows as they
  are now come. What was touched stands in a relation of its own, never worked out from the
  new rows, so that a key which lost its last row loses it here too.
    meta.touched.relation  the model that holds what was touched
    meta.touched.on        SQL on its columns (touched_…) and those of this table
    meta.touched.since     [column of this table, column of the relation that it can not be
                           less than, their type]: what is before all of that stays unread
#}
{% macro get_incremental_overwrite_touched_sql(arguments) -%}
  {%- set new_rows = settled_rows(arguments.target_relation, arguments.temp_relation) -%}
  {{ replace_rows(
      arguments.target_relation,
      new_rows,
      arguments.dest_columns | map(attribute='name') | list,
      '(' ~ touched_since() ~ ' and exists (select 1 from ' ~ ref(model.config.meta.touched.relation) ~ ' as touched where '
      ~ model.config.meta.touched.on ~ '))',
  ) }}
{%- endmacro %}

{#
  A query of the rows of a relation, under the alias `events`: all of them, in an increment
  those that were touched.
    on      SQL on the columns of `events` and `touched`
    moment  the column of `events` that `meta.touched.since` says the least of
#}
{% macro touched_rows(relation, on, moment) -%}
  select events.*
  from {{ relation }} as events
  {% if is_incremental() -%}
  inner join {{ ref(model.config.meta.touched.relation) }} as touched on {{ on }}
  where {{ touched_since(moment) }}
  {%- endif %}
{%- endmacro %}

{# A condition that lets the engine skip what is older than all that was touched, if anything. #}
{% macro touched_since(column=none) -%}
  {%- set touched = model.config.meta.touched -%}
  {%- set own, least, data_type = touched.since -%}
  {%- set found = run_query('select cast(min(' ~ least ~ ') as ' ~ engine_type('string') ~ ') from ' ~ ref(touched.relation)).rows[0][0] -%}
  {{ return((column or own) ~ " >= cast('" ~ found ~ "' as " ~ data_type ~ ')' if found else '1 = 0') }}
{%- endmacro %}
