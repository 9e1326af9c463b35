-- depends_on: {{ ref('int_devices__to_aggregate') }}
-- depends_on: {{ ref('int_devices__resolution_inputs') }}
-- depends_on: {{ ref('stg_definitions__junk_ids') }}
{{ config(
    materialized='incremental',
    incremental_strategy='overwrite_touched',
    unique_key='device_key',
    partition_by=partition_column('event_date'),
    on_schema_change='fail',
    meta={
        'touched': 'int_devices__to_aggregate',
        'fingerprint': {
            'variables': ['consent_default'], 'relations': ['stg_definitions__junk_ids'],
        },
    },
    post_hook="{{ write_ledger('int_devices__resolution_inputs') }}",
) }}

with

resolved as (
    select * from {{ ref('int_events__resolved') }}
    {% if is_incremental() -%}
    where device_key in (select device_key from {{ ref('int_devices__to_aggregate') }})
    {%- endif %}
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
        count(*) as event_count,
        min(event_at) as first_event_at,
        max(event_at) as last_event_at
    from resolved
    group by
        device_key, user_key, own_user_key is not null, account_key, own_account_key,
        event_date, message_type, event_key, user_agent_key, is_refused
)

select * from final
