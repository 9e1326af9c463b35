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
  Post-hook: remember the fingerprint and what was consumed. The fingerprint comes last:
  with it the ledger is whole.
    consumed     {part: relation} of the states that the model has taken up
    has_changes  whether others follow the model by its log of changes
    followed     the ledger's table that says how far in a log the model has come
#}
{% macro write_ledger(consumed={}, has_changes=false, followed=none) -%}
  {%- if execute -%}
  {%- set tables = {} -%}
  {%- for part, state in consumed.items() -%}
    {%- do tables.update({ledger_relation(part): 'select * from ' ~ state}) -%}
  {%- endfor -%}
  {%- if has_changes -%} {%- do tables.update(new_position()) -%} {%- endif -%}
  {%- if followed -%}
    {%- do tables.update({ledger_relation('followed'): 'select * from ' ~ followed}) -%}
  {%- endif -%}
  {%- do tables.update({ledger_relation('fingerprint'):
      "select '" ~ definitions_fingerprint() | replace("'", "''") ~ "' as fingerprint"}) -%}
  {{ replace_tables(tables) }}
  {%- endif -%}
{%- endmacro %}

{# Whether a table of a ledger is there. #}
{% macro has_ledger(model_name, part='fingerprint') -%}
  {%- set ledger = ledger_relation(part, model_name) -%}
  {{ return(execute and adapter.get_relation(ledger.database, ledger.schema, ledger.identifier) is not none) }}
{%- endmacro %}

{# Forget parts of what the model has consumed: its next run builds it in full. #}
{% macro forget_ledger(parts=['fingerprint']) -%}
  {%- for part in parts -%}
    {%- do run_query('drop table if exists ' ~ ledger_relation(part)) -%}
  {%- endfor -%}
{%- endmacro %}
