{#
  Replaces dbt's macro of the same name: an incremental model rebuilds itself in full when
  asked to, and also when an increment could not be exact:
    - what it was built with has changed: its own code, or the variables and definitions that
      its config names (`meta.fingerprint`)
    - it cannot follow the log of changes any more (`meta.follows`: the model that keeps it)
    - it only ever adds rows (`meta.only_adds`) and a file that it has read is gone
#}
{% macro should_full_refresh() -%}
  {%- set asked = config.get('full_refresh') -%}
  {%- if asked is none -%} {%- set asked = flags.FULL_REFRESH -%} {%- endif -%}
  {%- if asked or not execute or model.get('config', {}).get('materialized') != 'incremental' -%}
    {{ return(asked) }}
  {%- endif -%}
  {%- set meta = model.config.meta -%}
  {{ return(
      stored_fingerprint() != definitions_fingerprint()
      or (meta.get('follows') and followed_batch(model.name, meta.follows) is none)
      or (meta.get('only_adds', false) and units_are_gone())
  ) }}
{%- endmacro %}
