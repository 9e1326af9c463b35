{#
  A query of the keys whose state differs from what an incremental model last consumed:
  new ones, changed ones and ones that are gone. All keys where it has consumed nothing.
    key          the key's column
    state_model  one row per key with a column `state` (text)
    model_name   the incremental model
#}
{% macro touched_keys(key, state_model, model_name) -%}
  {%- if has_ledger(model_name) -%}
  select coalesce(current_state.{{ key }}, consumed.{{ key }}) as {{ key }}
  from {{ ref(state_model) }} as current_state
  full outer join {{ ledger_relation('consumed', model_name) }} as consumed
    on current_state.{{ key }} = consumed.{{ key }}
  where current_state.{{ key }} is null
    or consumed.{{ key }} is null
    or current_state.state <> consumed.state
  {%- else -%}
  select {{ key }} from {{ ref(state_model) }}
  {%- endif -%}
{%- endmacro %}
