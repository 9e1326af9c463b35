{#
  The secret of keyed hashes, as a SQL expression that never shows the secret itself:
  each engine's session holds it under a name (USAGE_PSEUDONYM_KEY sets it).
#}
{% macro pseudonym_key() -%}
  {{ adapter.dispatch('pseudonym_key', 'usage_warehouse')() }}
{%- endmacro %}

{% macro duckdb__pseudonym_key() -%} getvariable('usage_pseudonym_key') {%- endmacro %}

{#
  Spark puts a variable of its environment into the statement as it reads it. The text
  of a view is kept with it: guard the metastore as the key. Without a key it is the
  constant of usage_warehouse.engine.duckdb_plugin.
#}
{% macro spark__pseudonym_key() -%}
  {%- if env_var('USAGE_PSEUDONYM_KEY', '') -%} r'${env:USAGE_PSEUDONYM_KEY}'
  {%- else -%} 'usage-warehouse'
  {%- endif -%}
{%- endmacro %}
