{#
  Incremental strategy `add_rows`: the new rows come, nothing goes.
#}
{% macro get_incremental_add_rows_sql(arguments) -%}
  {%- set names = get_quoted_csv(arguments.dest_columns | map(attribute='name') | list) -%}
  {%- set new_rows = settled_rows(arguments.target_relation, arguments.temp_relation) -%}
  {{ append_rows(arguments.target_relation, 'select ' ~ names ~ ' from ' ~ new_rows) }}
  {{ discard_rows(new_rows) }}
{%- endmacro %}
