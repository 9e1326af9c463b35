{# How each engine tells whether a raw table has a file. #}
{% macro duckdb__raw_table_is_there(source_name, table_name) -%}
  {%- set pattern = raw_root() ~ '/' ~ source_name ~ '/' ~ table_name ~ '/**/*.parquet' -%}
  {%- set files = run_query("select count(*) from glob('" ~ pattern | replace("'", "''") ~ "')") -%}
  {{ return(files.rows[0][0] > 0) }}
{%- endmacro %}

{% macro spark__raw_table_is_there(source_name, table_name) -%}
  {{ return(adapter.get_relation(none, source_name, table_name) is not none) }}
{%- endmacro %}
