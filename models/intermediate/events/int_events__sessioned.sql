-- depends_on: {{ ref('int_devices__to_sessionize') }}
-- depends_on: {{ ref('int_devices__session_inputs') }}
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
        'touched': 'int_devices__to_sessionize',
        'fingerprint': {
            'variables': ['session_timeout_minutes', 'consent_default'],
            'relations': [
                'stg_definitions__tracking_plan', 'stg_definitions__internal_actors',
                'stg_definitions__bot_user_agents', 'stg_definitions__junk_ids',
            ],
        },
    },
    post_hook="{{ write_ledger('int_devices__session_inputs') }}",
) }}

with

accepted as (
    select
        message_id,
        message_key,
        source,
        loaded_at,
        loaded_date,
        message_type,
        event_key,
        device_key,
        own_user_key,
        own_account_key,
        event_at,
        cast(event_at as date) as event_date,
        user_agent_key,
        is_refused
    from {{ ref('int_events__accepted') }}
    {% if is_incremental() -%}
    where device_key in (select device_key from {{ ref('int_devices__to_sessionize') }})
    {%- endif %}
),

people as (
    select
        events.*,
        coalesce(canonical.user_key, device_users.user_key) as user_key
    from accepted as events
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

gaps as (
    select
        *,
        lag(event_at) over (
            partition by device_key order by event_at, message_id
        ) as previous_event_at
    from members
),

-- A chain is a run of events without a gap of more than the timeout.
chains as (
    select
        *,
        sum(
            case
                when previous_event_at is null then 1
                when {{ microseconds_between('previous_event_at', 'event_at') }}
                    > {{ (var('session_timeout_minutes') * 60000000) | int }} then 1
                else 0
            end
        ) over (
            partition by device_key
            order by event_at, message_id
            rows between unbounded preceding and current row
        ) as chain_number
    from gaps
),

known_users as (
    select
        *,
        {{ last_known(
            'own_user_key',
            'partition by device_key, chain_number order by event_at, message_id'
            ~ ' rows between unbounded preceding and 1 preceding',
        ) }} as previous_user_key,
        row_number() over (
            partition by device_key, chain_number order by event_at, message_id
        ) as place_in_chain
    from chains
),

-- Within a chain, another known user starts a new session.
sessioned as (
    select
        message_key,
        {{ last_known(
            'case when place_in_chain = 1 or own_user_key <> previous_user_key then message_key end',
            'partition by device_key order by event_at, message_id'
            ~ ' rows between unbounded preceding and current row',
        ) }} as session_key
    from known_users
),

final as (
    select
        accepted.message_id, accepted.message_key,
        accepted.source, accepted.loaded_at, accepted.loaded_date,
        accepted.message_type,
        accepted.event_key,
        accepted.device_key,
        accepted.own_user_key,
        accepted.own_account_key,
        accepted.event_at,
        accepted.event_date,
        accepted.user_agent_key,
        accepted.is_refused,
        sessioned.session_key
    from accepted
    left join sessioned on accepted.message_key = sessioned.message_key
)

select * from final
