-- depends_on: {{ ref('int_devices__to_sessionize') }}
-- depends_on: {{ ref('int_devices__internal_visits') }}
-- depends_on: {{ ref('stg_definitions__internal_actors') }}
-- depends_on: {{ ref('stg_definitions__bot_user_agents') }}
-- depends_on: {{ ref('stg_definitions__junk_ids') }}
{{ config(
    materialized='incremental',
    incremental_strategy='overwrite_touched',
    unique_key='device_key',
    partition_by=partition_column('event_date'),
    on_schema_change='fail',
    meta={
        'follows': 'stg_events__messages',
        'touched': {
            'relation': 'int_devices__to_sessionize',
            'on': 'touched.touched_device_key = device_key and touched.touched_from <= event_at',
            'since': ['event_at', 'touched_from', 'timestamp'],
        },
        'fingerprint': {
            'variables': ['session_timeout_minutes', 'consent_default'],
            'relations': [
                'stg_definitions__tracking_plan', 'stg_definitions__internal_actors',
                'stg_definitions__bot_user_agents', 'stg_definitions__junk_ids',
            ],
        },
    },
    post_hook="{{ write_ledger(
        {'visits': ref('int_devices__internal_visits')},
        followed=ledger_relation('position', 'stg_events__messages'),
    ) }}",
) }}

{%- set on = 'events.device_key = touched.touched_device_key'
    ~ ' and touched.touched_from <= events.event_at' %}

with

-- In an increment: what each touched device sent from the moment on that no change
-- reaches back beyond. What lies before stays as it is.
taken as (
    {{ touched_rows(ref('int_events__accepted'), on, 'events.event_at') }}
),

dated as (
    select
        *,
        cast(event_at as date) as event_date
    from taken
),

people as (
    select
        events.*,
        coalesce(canonical.user_key, device_users.user_key) as user_key
    from dated as events
    left join {{ ref('int_users__canonical') }} as canonical
        on events.own_user_key = canonical.own_user_key
    {{ device_user_join() }}
),

resolved as (
    select
        events.*,
        coalesce(events.own_account_key, user_accounts.account_key) as account_key
    from people as events
    {{ account_join() }}
),

members as (
    select
        events.message_id, events.message_key,
        events.device_key, events.own_user_key,
        events.event_at
    from resolved as events
    {{ classification_joins() }}
    where events.message_type in ('track', 'page', 'screen')
        and {{ exclusion_reason() }} is null
),

{% set in_order = 'partition by device_key order by event_at, message_id' -%}
{% set before = in_order ~ ' rows between unbounded preceding and 1 preceding' -%}
{% set so_far = in_order ~ ' rows between unbounded preceding and current row' -%}
neighbours as (
    select
        *,
        lag(event_at) over ({{ in_order }}) as previous_event_at,
        {{ last_known('own_user_key', before) }} as known_user_key,
        {{ last_known('case when own_user_key is not null then event_at end', before) }}
            as known_user_at
    from members
),

gaps as (
    select
        *,
        coalesce(
            {{ microseconds_between('previous_event_at', 'event_at') }}
            > {{ (var('session_timeout_minutes') * 60000000) | int }},
            true
        ) as is_after_gap
    from neighbours
),

-- A chain is a run of events without a gap of more than the timeout.
chains as (
    select
        *,
        {{ last_known('case when is_after_gap then event_at end', so_far) }}
            as chain_started_at
    from gaps
),

-- Within a chain, another known user starts a new session.
sessioned as (
    select
        message_key,
        {{ last_known(
            'case when is_after_gap or (own_user_key <> known_user_key'
            ~ ' and known_user_at >= chain_started_at) then message_key end',
            so_far,
        ) }} as session_key
    from chains
),

-- Read again: kept from above, millions of whole rows would spill to disk.
facts as (
    {{ touched_rows(ref('int_events__accepted'), on, 'events.event_at') }}
),

final as (
    select
        facts.message_id, facts.message_key,
        facts.source_key, facts.loaded_at,
        facts.message_type, facts.event_key,
        facts.device_key, facts.own_user_key, facts.own_account_key,
        facts.event_at, cast(facts.event_at as date) as event_date,
        facts.user_agent_key,
        facts.is_refused,
        sessioned.session_key
    from facts
    left join sessioned on facts.message_key = sessioned.message_key
)

select * from final
