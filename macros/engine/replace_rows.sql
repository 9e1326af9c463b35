{#
  How an incremental strategy writes: the rows of a table for which a condition holds go,
  new rows come. Gives the SQL that the materialization then runs.
    target     the table; on Spark partitioned by a date (config partition_by)
    new_rows   the rows that come, from settled_rows
    columns    names of the columns
    condition  SQL on the columns of the table; null counts as false
#}
{% macro replace_rows(target, new_rows, columns, condition) -%}
  {{ return(adapter.dispatch('replace_rows', 'usage_warehouse')(target, new_rows, columns, condition)) }}
{%- endmacro %}

{#
  The rows of a relation worked out once, for a table that they will go to. The temporary
  relation of an increment is a table on DuckDB and a view on Spark.
#}
{% macro settled_rows(target, relation) -%}
  {{ return(adapter.dispatch('settled_rows', 'usage_warehouse')(target, relation)) }}
{%- endmacro %}

{% macro duckdb__settled_rows(target, relation) -%} {{ return(relation) }} {%- endmacro %}

{% macro spark__settled_rows(target, relation) -%}
  {{ return(scratch_table(target, 'new_rows', 'select * from ' ~ relation)) }}
{%- endmacro %}

{# SQL that ends the life of settled rows; nothing where dbt does it. #}
{% macro discard_rows(new_rows) -%}
  {{ return(adapter.dispatch('discard_rows', 'usage_warehouse')(new_rows)) }}
{%- endmacro %}

{% macro duckdb__discard_rows(new_rows) -%} {{ return('') }} {%- endmacro %}

{% macro spark__discard_rows(new_rows) -%} {{ return('drop table ' ~ new_rows) }} {%- endmacro %}

{# In the transaction that also writes the ledger. #}
{% macro duckdb__replace_rows(target, new_rows, columns, condition) -%}
  {%- set names = get_quoted_csv(columns) -%}
  delete from {{ target }} where {{ condition }};

  insert into {{ target }} ({{ names }}) select {{ names }} from {{ new_rows }};
{%- endmacro %}

{#
  Parquet tables of Spark know no delete and no transaction: whole partitions are
  overwritten. Only those are that differ, and one that becomes empty is dropped. The
  ledger goes before and is written after, so a run that was cut off has consumed
  nothing: the next one rebuilds the model in full.
#}
{% macro spark__replace_rows(target, new_rows, columns, condition) -%}
  {%- set key = config.require('partition_by') -%}
  {%- set ordered = columns | reject('equalto', key) | list + [key] -%}
  {%- set names = '`' ~ ordered | join('`, `') ~ '`' -%}
  {%- set changed = run_query(changed_partitions(target, new_rows, key, ordered, condition)).rows -%}
  {%- if changed | length > 0 -%}
    {%- set within = partition_filter(key, changed) -%}
    {%- set overwriting = scratch_table(
        target, 'overwriting',
        'select ' ~ names ~ ' from ' ~ new_rows ~ ' where ' ~ within
        ~ ' union all select ' ~ names ~ ' from ' ~ target ~ ' where ' ~ within
        ~ ' and not coalesce(' ~ condition ~ ', false)') -%}
    {%- set filled = run_query('select distinct cast(' ~ key ~ ' as string) from ' ~ overwriting).columns[0].values() -%}
    {%- do forget_ledger() -%}
    {%- for row in changed if row[0] not in filled -%}
      {%- do run_query('alter table ' ~ target ~ ' drop if exists partition (' ~ key ~ ' = ' ~ partition_literal(row[0]) ~ ')') -%}
    {%- endfor -%}
    {%- do run_query(
        'insert overwrite table ' ~ target ~ ' partition (' ~ key ~ ') select /*+ rebalance(' ~ key ~ ') */ '
        ~ names ~ ' from ' ~ overwriting) -%}
    {%- do run_query('drop table ' ~ overwriting) -%}
  {%- endif -%}
  drop table {{ new_rows }}
{%- endmacro %}

{# What an increment that was cut off has left. #}
{% macro drop_scratch_tables(target) -%}
  {%- for name in ['new_rows', 'overwriting'] -%}
    {%- do run_query('drop table if exists ' ~ target.incorporate(path={'identifier': target.identifier ~ '__' ~ name})) -%}
  {%- endfor -%}
{%- endmacro %}

{# A table beside the target that holds a query's rows for a while. #}
{% macro scratch_table(target, name, query) -%}
  {%- set scratch = target.incorporate(path={'identifier': target.identifier ~ '__' ~ name}) -%}
  {%- do run_query('drop table if exists ' ~ scratch) -%}
  {%- do run_query('create table ' ~ scratch ~ ' using parquet as ' ~ query) -%}
  {{ return(scratch) }}
{%- endmacro %}

{#
  A query of the partitions in which the rows that go differ from those that come: their
  number, or the sum of their hashes (of all values, and of which of them are null).
#}
{% macro changed_partitions(target, new_rows, key, columns, condition) -%}
  {%- set values = '`' ~ columns | join('`, `') ~ '`, `' ~ columns | join('` is null, `') ~ '` is null' -%}
  {%- set row_hash = 'cast(xxhash64(' ~ values ~ ') as decimal(38, 0))' -%}
  select cast({{ key }} as string) as partition_text
  from (
    select {{ key }}, 1 as change, {{ row_hash }} as signed_hash
    from {{ new_rows }}
    union all
    select {{ key }}, -1 as change, -{{ row_hash }} as signed_hash
    from {{ target }}
    where {{ condition }}
  )
  group by {{ key }}
  having sum(change) <> 0 or sum(signed_hash) <> 0
{%- endmacro %}

{# A condition on the key of partitions, and a key as SQL; both for dates, null included. #}
{% macro partition_filter(key, rows) -%}
  {%- set days = [] -%}
  {%- for row in rows if row[0] is not none -%} {%- do days.append(partition_literal(row[0])) -%} {%- endfor -%}
  {%- set nulls = ' or ' ~ key ~ ' is null' if days | length < rows | length else '' -%}
  {{ return('(' ~ key ~ ' in (' ~ days | join(', ') ~ ')' ~ nulls ~ ')' if days else '(' ~ key ~ ' is null)') }}
{%- endmacro %}

{% macro partition_literal(day) -%}
  {{ return('null' if day is none else "date '" ~ day ~ "'") }}
{%- endmacro %}
