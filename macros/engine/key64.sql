{#
  A 64-bit join key of a text; null stays null.
  The hash differs between engines and may collide: use it to join and to narrow,
  compare the text itself wherever equality decides something.
#}
{% macro key64(text) -%}
  {{ adapter.dispatch('key64', 'usage_warehouse')(text) }}
{%- endmacro %}

{% macro duckdb__key64(text) -%}
  case when {{ text }} is not null then cast(hash({{ text }}) >> 1 as bigint) end
{%- endmacro %}

{% macro spark__key64(text) -%}
  case when {{ text }} is not null then shiftrightunsigned(xxhash64({{ text }}), 1) end
{%- endmacro %}
