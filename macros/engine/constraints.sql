{#
  Whether the engine's tables hold the constraints of a contract. DuckDB's do; those of
  DuckLake hold no keys, Spark's hold none. Where they do not, a query checks the
  constraints once the table is written.
#}
{% macro has_constraints() -%}
  {{ return(adapter.dispatch('has_constraints', 'usage_warehouse')()) }}
{%- endmacro %}

{% macro duckdb__has_constraints() -%} {{ return(not adapter.is_ducklake(this)) }} {%- endmacro %}
{% macro spark__has_constraints() -%} {{ return(false) }} {%- endmacro %}

{# Replaces the adapter's macro: columns alone where constraints would be refused. #}
{% macro duckdb__get_table_columns_and_constraints() -%}
  {%- if has_constraints() -%} {{ return(default__get_table_columns_and_constraints()) }} {%- endif -%}
  ({%- for column in model.columns.values() -%}
    {{ adapter.quote(column.name) }} {{ column.data_type }}{{ ', ' if not loop.last }}
  {%- endfor -%})
{%- endmacro %}

{#
  Replaces the adapter's macro, which the transaction that writes a table calls last: a
  key is an index on DuckDB, and where there is none it is checked here.
#}
{% macro duckdb__create_indexes(relation) -%}
  {%- if not has_constraints() -%} {%- do check_constraints(relation, model) -%} {%- endif -%}
  {{ default__create_indexes(relation) }}
{%- endmacro %}

{# Replaces the adapter's macro, which would alter the table. #}
{% macro spark__persist_constraints(relation, model) -%}
  {%- do check_constraints(relation, model) -%}
{%- endmacro %}

{# Checks all constraints in one query; a broken one fails the model. #}
{% macro check_constraints(relation, model) -%}
  {%- set broken = [] -%}
  {%- for column in model.columns.values() -%}
    {%- for constraint in column.constraints -%}
      {%- if constraint.type in ('not_null', 'primary_key') -%}
        {%- do broken.append(['null in ' ~ column.name, 'count(*) - count(' ~ column.name ~ ')']) -%}
      {%- endif -%}
      {%- if constraint.type in ('unique', 'primary_key') -%}
        {%- do broken.append(['repeated ' ~ column.name, 'count(' ~ column.name ~ ') - count(distinct ' ~ column.name ~ ')']) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- if model.constraints -%}
    {{ exceptions.raise_compiler_error(
        'a constraint of ' ~ relation ~ ' as a whole is not checked on this engine: use the test unique_combination') }}
  {%- endif -%}
  {%- if broken and config.get('contract').enforced -%}
    {%- set counts = run_query('select ' ~ broken | map(attribute=1) | join(', ') ~ ' from ' ~ relation).rows[0] -%}
    {%- for count in counts -%}
      {%- if count > 0 -%}
        {{ exceptions.raise_compiler_error(
            'constraint of ' ~ relation ~ ': ' ~ count ~ ' rows with ' ~ broken[loop.index0][0]) }}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}
