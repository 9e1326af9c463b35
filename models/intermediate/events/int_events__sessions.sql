-- depends_on: {{ ref('int_devices__to_sessionize') }}
-- depends_on: {{ ref('int_devices__internal_visits') }}
-- depends_on: {{ ref('stg_definitions__tracking_plan') }}
-- depends_on: {{ ref('stg_definitions__internal_actors') }}
-- depends_on: {{ ref('stg_definitions__bot_user_agents') }}
-- depends_on: {{ ref('stg_definitions__junk_ids') }}
{{ config(
    materialized='incremental',
    incremental_strategy='overwrite_touched',
    unique_key='device_key',
    partition_by=partition_column('started_on'),
    on_schema_change='fail',
    meta={
        'follows': 'stg_events__messages',
        'touched': {
            'relation': 'int_devices__to_sessionize',
            'on': 'touched.touched_device_key = device_key and touched.touched_from <= started_at',
            'since': ['started_at', 'touched_from', 'timestamp'],
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
        followed=ledger_relation('followed', 'int_events__sessioned'),
    ) }}",
) }}

with

events as (
    {{ touched_rows(
        ref('int_events__sessioned'),
        'events.device_key = touched.touched_device_key'
        ~ ' and touched.touched_from <= events.event_at',
        'events.event_at',
    ) }}
),

members as (
    select
        *,
        message_key = session_key as is_first
    from events
    where session_key is not null
),

summed as (
    select
        device_key,
        session_key,
        max(case when is_first then message_id end) as first_message_id,
        min(event_at) as started_at,
        max(event_at) as ended_at,
        count(*) as event_count,
        min(loaded_at) as first_loaded_at,
        max(loaded_at) as last_loaded_at,
        max(own_user_key) as shown_user_key,
        max(case when is_first then own_user_key end) as own_user_key,
        max(case when is_first then own_account_key end) as own_account_key
    from members
    group by device_key, session_key
),

final as (
    select
        summed.device_key,
        summed.session_key,
        md5(devices.device_id || '|' || summed.first_message_id) as session_id,
        summed.started_at,
        cast(summed.started_at as date) as started_on,
        summed.ended_at,
        cast(summed.event_count as bigint) as event_count,
        summed.first_loaded_at,
        summed.last_loaded_at,
        summed.shown_user_key,
        summed.own_user_key,
        summed.own_account_key
    from summed
    inner join {{ ref('int_devices__ids') }} as devices
        on summed.device_key = devices.device_key
)

select * from final
