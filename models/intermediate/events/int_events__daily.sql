-- depends_on: {{ ref('int_devices__to_aggregate') }}
-- depends_on: {{ ref('int_users__canonical') }}
-- depends_on: {{ ref('int_devices__user_intervals') }}
-- depends_on: {{ ref('int_users__account_intervals') }}
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
            'relation': 'int_devices__to_aggregate',
            'on': 'touched.touched_device_key = device_key and touched.touched_date = event_date',
            'since': ['event_date', 'touched_date', 'date'],
        },
        'fingerprint': {
            'variables': ['consent_default'], 'relations': ['stg_definitions__junk_ids'],
        },
    },
    post_hook="{{ write_ledger(
        {
            'users': ref('int_users__canonical'),
            'device_users': ref('int_devices__user_intervals'),
            'user_accounts': ref('int_users__account_intervals'),
        },
        followed=ledger_relation('followed', 'int_events__sessioned'),
    ) }}",
) }}

with

resolved as (
    {{ touched_rows(
        ref('int_events__resolved'),
        'events.device_key = touched.touched_device_key'
        ~ ' and touched.touched_date = events.event_date',
        'events.event_date',
    ) }}
),

final as (
    select
        device_key,
        user_key,
        own_user_key is not null as is_own_user,
        account_key,
        own_account_key,
        event_date,
        message_type,
        event_key,
        user_agent_key,
        is_refused,
        source_key,
        cast(loaded_at as date) as loaded_date,
        count(*) as event_count,
        min(event_at) as first_event_at,
        max(event_at) as last_event_at
    from resolved
    group by
        device_key, user_key, own_user_key is not null, account_key, own_account_key,
        event_date, message_type, event_key, user_agent_key, is_refused,
        source_key, cast(loaded_at as date)
)

select * from final
