{#
  Writes tables anew from queries: the text of a hook. On DuckDB that is SQL for the
  transaction which writes the model; Spark has no transaction and takes one statement
  at a time, so there the tables are written while the hook is rendered.
    tables  {relation: query}
#}
{% macro replace_tables(tables) -%}
  {{ adapter.dispatch('replace_tables', 'usage_warehouse')(tables) }}
{%- endmacro %}

{% macro duckdb__replace_tables(tables) -%}
  {%- for relation, query in tables.items() %}
  create or replace table {{ relation }} as
  {{ query }};
  {%- endfor -%}
{%- endmacro %}

{% macro spark__replace_tables(tables) -%}
  {%- for relation, query in tables.items() -%}
    {%- do run_query('drop table if exists ' ~ relation) -%}
    {%- do run_query('create table ' ~ relation ~ ' using parquet as ' ~ query) -%}
  {%- endfor -%}
{%- endmacro %}
