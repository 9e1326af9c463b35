{#
  How each engine lists the columns of a raw table that is there, {lower-case name:
  lower-case type}.
#}
{% macro duckdb__raw_columns_found(source_name, table_name, relation) -%}
  {%- set found = {} -%}
  {%- for row in run_query('describe select * from ' ~ relation).rows -%}
    {%- do found.update({row[0] | lower: row[1] | lower}) -%}
  {%- endfor -%}
  {{ return(found) }}
{%- endmacro %}

{% macro spark__raw_columns_found(source_name, table_name, relation) -%}
  {%- set found = {} -%}
  {%- for column in adapter.get_columns_in_relation(relation) -%}
    {%- do found.update({column.name | lower: column.dtype | lower}) -%}
  {%- endfor -%}
  {{ return(found) }}
{%- endmacro %}
