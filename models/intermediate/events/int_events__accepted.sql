-- depends_on: {{ ref('gate_staging') }}
{{ config(materialized='view') }}

with

messages as (
    select * from {{ ref('stg_events__messages') }}
),

final as (
    select
        message_id,
        dedup_key as message_key,
        source_key,
        loaded_at,
        message_type,
        event_key,
        device_key,
        own_user_key,
        own_account_key,
        previous_id,
        event_at,
        user_agent_key,
        channel_key,
        coalesce(consent_status, '{{ var("consent_default") }}')
        = 'refused' as is_refused,
        email_domain,
        traits
    from messages
    where outcome = 'accepted'
)

select * from final
