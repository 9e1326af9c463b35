{#
  The secret of keyed hashes, as a SQL expression that never shows the secret itself:
  each engine's session holds it under a name (USAGE_PSEUDONYM_KEY sets it).
#}
{% macro pseudonym_key() -%}
  {{ adapter.dispatch('pseudonym_key', 'usage_warehouse')() }}
{%- endmacro %}

{% macro duckdb__pseudonym_key() -%} getvariable('usage_pseudonym_key') {%- endmacro %}

{% macro spark__pseudonym_key() -%} '${usage.pseudonym.key}' {%- endmacro %}
