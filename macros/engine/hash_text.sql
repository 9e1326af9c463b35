{#
  SHA-256 of a text as lower-case hexadecimal digits, equal on every engine.
#}
{% macro hash_text(text) -%}
  {{ adapter.dispatch('hash_text', 'usage_warehouse')(text) }}
{%- endmacro %}

{% macro duckdb__hash_text(text) -%} sha256({{ text }}) {%- endmacro %}

{% macro spark__hash_text(text) -%} sha2({{ text }}, 256) {%- endmacro %}
