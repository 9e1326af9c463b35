{{ config(materialized='view') }}

with

resolved as (
    select * from {{ ref('int_events__resolved') }}
),

classified as (
    select
        events.*,
        {{ is_planned() }} as is_planned,
        {{ is_active_signal() }} as is_active_signal,
        {{ exclusion_reason() }} as exclusion_reason
    from resolved as events
    {{ classification_joins() }}
),

final as (
    select
        classified.message_id,
        classified.message_type,
        classified.event_at,
        names.event_name,
        devices.device_id,
        own_users.own_user_id,
        users.user_id,
        coalesce(users.user_id, 'device:' || devices.device_id) as person_id,
        accounts.account_id,
        classified.is_account_inferred,
        sessions.session_id,
        classified.is_planned,
        classified.is_active_signal,
        classified.exclusion_reason,
        sources.source,
        classified.loaded_at
    from classified
    inner join {{ ref('int_events__names') }} as names
        on classified.event_key = names.event_key
    inner join {{ ref('int_devices__ids') }} as devices
        on classified.device_key = devices.device_key
    left join {{ ref('int_users__canonical') }} as own_users
        on classified.own_user_key = own_users.own_user_key
    left join {{ ref('int_users__ids') }} as users
        on classified.user_key = users.user_key
    left join {{ ref('int_accounts__ids') }} as accounts
        on classified.account_key = accounts.account_key
    inner join {{ ref('int_events__sources') }} as sources
        on classified.source_key = sources.source_key
    left join {{ ref('int_events__sessions') }} as sessions
        on classified.device_key = sessions.device_key
        and classified.session_key = sessions.session_key
)

select * from final
