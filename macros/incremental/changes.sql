{#
  The log of changes of an incremental model: which devices, on which day and from which
  moment on, have other accepted messages than before. What follows the model rebuilds
  those and nothing else, so an increment costs what it brings, not what there is.

  Tables of the model's ledger:
    position  (epoch, batch)  epoch: the full refresh that the log begins with; batch: the
                              number of increments since then
    changes   (batch, device_key, event_date, changed_from), and for every batch one row
              that names no device
  A follower keeps how far it has come (`followed`). It builds itself in full where it
  cannot follow: after a full refresh, or when the log does not reach back far enough.
#}
{% macro kept_batches() -%} {{ return(60) }} {%- endmacro %}

{# {relation: query}: where a model stands after its rows were written. #}
{% macro new_position() -%}
  {%- set position = ledger_relation('position') -%}
  {%- set changes = ledger_relation('changes') -%}
  {%- if has_ledger(model.name, 'position') and has_ledger(model.name, 'changes') -%}
    {%- set found = run_query(
        'select position.epoch, position.batch, (select max(batch) from ' ~ changes ~ ') from ' ~ position ~ ' as position').rows[0] -%}
    {%- if found[2] == found[1] + 1 -%}
      {{ return({position: "select '" ~ found[0] ~ "' as epoch, cast(" ~ found[2] ~ ' as bigint) as batch'}) }}
    {%- endif -%}
  {%- endif -%}
  {{ return({
      position: "select '" ~ invocation_id ~ "' as epoch, cast(0 as bigint) as batch",
      changes: 'select cast(0 as bigint) as batch, cast(null as bigint) as device_key,'
          ~ ' cast(null as date) as event_date, cast(null as timestamp) as changed_from',
  }) }}
{%- endmacro %}

{#
  SQL that adds the next batch to the log, before rows of a table are replaced: the
  accepted messages that only the old or only the new rows have.
    target     the table, with unit_id and file_row as its key
    new_rows   the rows that come
    condition  SQL on the columns of the table: the rows that go
#}
{% macro log_changes(target, new_rows, condition) -%}
  {%- set changes = ledger_relation('changes') -%}
  {%- set batch = run_query('select batch from ' ~ ledger_relation('position')).rows[0][0] + 1 -%}
  {%- set columns = 'unit_id, file_row, device_key, event_at' -%}
  {%- set rows -%}
    select cast({{ batch }} as bigint) as batch, device_key,
      cast(event_at as date) as event_date, min(event_at) as changed_from
    from (
      select {{ columns }}
      from (
        select {{ columns }} from {{ target }} where outcome = 'accepted' and {{ condition }}
        union all
        select {{ columns }} from {{ new_rows }} where outcome = 'accepted'
      ) as both_sides
      group by {{ columns }}
      having count(*) = 1
    ) as differing
    group by device_key, cast(event_at as date)
    union all
    select cast({{ batch }} as bigint), null, null, null
  {%- endset -%}
  {{ append_rows(changes, rows, 'batch <= ' ~ (batch - kept_batches())) }}
{%- endmacro %}

{#
  A query of what changed in a log after one position and up to another: device_key,
  event_date, changed_from. Both positions must be of the log's epoch.
#}
{% macro changes_between(source_model, after, up_to) -%}
  select changes.device_key, changes.event_date, min(changes.changed_from) as changed_from
  from {{ ledger_relation('changes', source_model) }} as changes
  where changes.device_key is not null
    and changes.batch > {{ after }}
    and changes.batch <= {{ up_to }}
  group by changes.device_key, changes.event_date
{%- endmacro %}

{#
  The batch up to which a model has followed a log, none where it cannot go on from there.
#}
{% macro followed_batch(model_name, source_model) -%}
  {%- if not (has_ledger(model_name, 'followed') and has_ledger(source_model, 'position')) -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set found = run_query(
      'select followed.batch, position.batch - followed.batch,'
      ~ ' (select count(*) from ' ~ ledger_relation('changes', source_model) ~ ' as changes'
      ~ ' where changes.device_key is null and changes.batch > followed.batch)'
      ~ ' from ' ~ ledger_relation('followed', model_name) ~ ' as followed'
      ~ ' inner join ' ~ ledger_relation('position', source_model) ~ ' as position'
      ~ ' on followed.epoch = position.epoch').rows -%}
  {{ return(found[0][0] if found | length > 0 and found[0][1] == found[0][2] else none) }}
{%- endmacro %}

{# {model: batch} of those models that can go on following a log. #}
{% macro following(model_names, source_model) -%}
  {%- set found = {} -%}
  {%- for name in model_names -%}
    {%- set batch = followed_batch(name, source_model) -%}
    {%- if batch is not none -%} {%- do found.update({name: batch}) -%} {%- endif -%}
  {%- endfor -%}
  {{ return(found) }}
{%- endmacro %}

{# The batch at which a log stands. #}
{% macro last_batch(source_model) -%}
  {{ return(run_query('select batch from ' ~ ledger_relation('position', source_model)).rows[0][0]) }}
{%- endmacro %}

{#
  A query of the rows, with the columns of a key and a state, that only one of two
  relations has: what came, went or became something else.
#}
{% macro differing_rows(current, consumed, columns) -%}
  {%- set names = columns | join(', ') -%}
  (select {{ names }} from {{ current }} except select {{ names }} from {{ consumed }})
  union all
  (select {{ names }} from {{ consumed }} except select {{ names }} from {{ current }})
{%- endmacro %}

{# A model's relation as the last run left it, without an edge in the graph. #}
{% macro relation_before(model_name) -%}
  {%- for node in graph.nodes.values() if node.name == model_name and node.resource_type == 'model' -%}
    {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias, type='table')) }}
  {%- endfor -%}
{%- endmacro %}
