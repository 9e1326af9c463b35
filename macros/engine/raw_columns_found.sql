{#
  How each engine lists the columns of a raw table, {lower-case name: lower-case type};
  an empty mapping when there is no such table.
#}
{% macro duckdb__raw_columns_found(source_name, table_name, relation) -%}
  {%- set pattern = raw_root() ~ '/' ~ source_name ~ '/' ~ table_name ~ '/**/*.parquet' -%}
  {%- set files = run_query("select count(*) from glob('" ~ pattern | replace("'", "''") ~ "')") -%}
  {%- set found = {} -%}
  {%- if files.rows[0][0] > 0 -%}
    {%- for row in run_query('describe select * from ' ~ relation).rows -%}
      {%- do found.update({row[0] | lower: row[1] | lower}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro %}

{% macro spark__raw_columns_found(source_name, table_name, relation) -%}
  {%- set found = {} -%}
  {%- if adapter.get_relation(none, relation.schema, relation.identifier) is not none -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
      {%- do found.update({column.name | lower: column.dtype | lower}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro %}
