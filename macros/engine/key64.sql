{#
  A 64-bit join key of a text; null stays null.
  The hash differs between engines and may collide: use it to join and to narrow,
  compare the text itself wherever equality decides something.
#}
{% macro key64(text) -%}
  case when {{ text }} is not null then {{ hash64(text) }} end
{%- endmacro %}

{# The same of a text that is never null: it is read once. #}
{% macro hash64(text) -%} {{ adapter.dispatch('hash64', 'usage_warehouse')(text) }} {%- endmacro %}

{% macro duckdb__hash64(text) -%} cast(hash({{ text }}) >> 1 as bigint) {%- endmacro %}

{% macro spark__hash64(text) -%} shiftrightunsigned(xxhash64({{ text }}), 1) {%- endmacro %}
