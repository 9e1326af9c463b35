{#
  Stops a run that has more threads than the engine bears. What one process commits to
  DuckLake side by side collides, and can end with a table in another schema.
#}
{% macro assert_threads() -%}
  {{ adapter.dispatch('assert_threads', 'usage_warehouse')() }}
{%- endmacro %}

{% macro duckdb__assert_threads() -%}
  {%- set place = api.Relation.create(database=target.database, schema=target.schema) -%}
  {%- if target.threads > 1 and adapter.is_ducklake(place) -%}
    {{ exceptions.raise_compiler_error(
        "a lake is built with one thread, and this run has " ~ target.threads ~ "\n  fix: leave out --threads") }}
  {%- endif -%}
{%- endmacro %}

{% macro spark__assert_threads() -%} {%- endmacro %}
