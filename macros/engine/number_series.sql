{#
  A query of the whole numbers from 0 to a limit that is itself a query: one column,
  `number` (bigint). The limit may be null (no rows).
#}
{% macro number_series(limit_query) -%}
  {{ adapter.dispatch('number_series', 'usage_warehouse')(limit_query) }}
{%- endmacro %}

{% macro duckdb__number_series(limit_query) -%}
  select cast(series.number as bigint) as number
  from (select unnest(range(0, ({{ limit_query }}) + 1)) as number) as series
{%- endmacro %}

{% macro spark__number_series(limit_query) -%}
  select cast(number as bigint) as number
  from (select explode(sequence(0L, greatest(({{ limit_query }}), -1L))) as number)
  where ({{ limit_query }}) >= 0
{%- endmacro %}
