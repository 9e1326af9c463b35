{#
  Replaces dbt's macro of the same name: an incremental model rebuilds itself in full
  when asked to, and also when what it was built with has changed: its own code, or the
  variables and definitions that its config names (`meta.fingerprint`).
#}
{% macro should_full_refresh() -%}
  {%- set asked = config.get('full_refresh') -%}
  {%- if asked is none -%} {%- set asked = flags.FULL_REFRESH -%} {%- endif -%}
  {%- if asked or not execute or model.get('config', {}).get('materialized') != 'incremental' -%}
    {{ return(asked) }}
  {%- endif -%}
  {{ return(stored_fingerprint() != definitions_fingerprint()) }}
{%- endmacro %}
