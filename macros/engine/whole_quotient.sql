{#
  Exact division of money, in whole numbers of up to 38 digits.
    picos           an amount as a whole number of 1e-12 of its unit
    whole_quotient  how often a divisor goes into a number; both whole, none negative
#}
{% macro picos(amount) -%}
  {{ adapter.dispatch('picos', 'usage_warehouse')(amount) }}
{%- endmacro %}

{% macro duckdb__picos(amount) -%}
  cast(cast({{ amount }} as decimal(25, 12)) * 1000000000000 as hugeint)
{%- endmacro %}

{% macro spark__picos(amount) -%}
  cast(
    cast({{ amount }} as decimal(25, 12)) * cast(1000000000000 as decimal(13, 0)) as decimal(38, 0)
  )
{%- endmacro %}

{% macro whole_quotient(number, divisor) -%}
  {{ adapter.dispatch('whole_quotient', 'usage_warehouse')(number, divisor) }}
{%- endmacro %}

{% macro duckdb__whole_quotient(number, divisor) -%}
  cast(cast({{ number }} as hugeint) // cast({{ divisor }} as hugeint) as bigint)
{%- endmacro %}

{% macro spark__whole_quotient(number, divisor) -%}
  cast(cast({{ number }} as decimal(38, 0)) div cast({{ divisor }} as decimal(38, 0)) as bigint)
{%- endmacro %}
