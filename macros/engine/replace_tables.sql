{#
  Writes tables anew from queries: the text of a hook. On DuckDB that is SQL for the
  transaction which writes the model; Spark has no transaction and takes one statement
  at a time, so there the tables are written while the hook is rendered: all of them go,
  then they come in their order, so the last one is there only if all are.
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
  {%- for relation in tables -%} {%- do run_query('drop table if exists ' ~ relation) -%} {%- endfor -%}
  {%- for relation, query in tables.items() -%}
    {%- do run_query('create table ' ~ relation ~ ' using parquet as ' ~ query) -%}
  {%- endfor -%}
{%- endmacro %}
