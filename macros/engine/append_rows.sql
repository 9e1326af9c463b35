{#
  SQL that adds the rows of a query to a table, and lets old ones go where the engine can
  delete. On Spark, which takes one statement at a time, they are added while this is
  rendered.
    outdated  SQL on the table's columns: the rows that nobody needs any more
#}
{% macro append_rows(relation, query, outdated=none) -%}
  {{ return(adapter.dispatch('append_rows', 'usage_warehouse')(relation, query, outdated)) }}
{%- endmacro %}

{% macro duckdb__append_rows(relation, query, outdated=none) -%}
  insert into {{ relation }} {{ query }};
  {% if outdated -%} delete from {{ relation }} where {{ outdated }}; {%- endif %}
{%- endmacro %}

{# What a write that was cut off has noted counts for nothing: the ledger went before. #}
{% macro spark__append_rows(relation, query, outdated=none) -%}
  {%- do forget_ledger() -%}
  {%- do run_query('insert into ' ~ relation ~ ' ' ~ query) -%}
{%- endmacro %}
