{#
  The ledger of one incremental model: what it has consumed, in tables of its own in the
  schema `ledger`, written by a post-hook inside the transaction that writes the model's
  data. A model that failed has therefore consumed nothing and catches up.
    part  the name of one of its tables
#}
{% macro ledger_relation(part, model_name=none) -%}
  {{ return(api.Relation.create(
      database=target.database, schema='ledger',
      identifier=(model_name or model.name) ~ '__' ~ part, type='table')) }}
{%- endmacro %}

{#
  Post-hook: remember the fingerprint and the given state as consumed.
    state_model  the relation whose rows the model consumed
#}
{% macro write_ledger(state_model) -%}
  {%- if execute -%}
  {{ replace_tables({
      ledger_relation('consumed'): 'select * from ' ~ ref(state_model),
      ledger_relation('fingerprint'):
        "select '" ~ definitions_fingerprint() | replace("'", "''") ~ "' as fingerprint",
  }) }}
  {%- endif -%}
{%- endmacro %}

{# Whether the model has consumed anything that it can build upon. #}
{% macro has_ledger(model_name) -%}
  {%- set ledger = ledger_relation('consumed', model_name) -%}
  {{ return(execute and adapter.get_relation(ledger.database, ledger.schema, ledger.identifier) is not none) }}
{%- endmacro %}

{# Forget what the model has consumed: its next run builds it in full. #}
{% macro forget_ledger() -%}
  {%- for part in ['fingerprint', 'consumed'] -%}
    {%- do run_query('drop table if exists ' ~ ledger_relation(part)) -%}
  {%- endfor -%}
{%- endmacro %}
