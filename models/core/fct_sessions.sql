with

sessions as (
    select * from {{ ref('int_events__sessions') }}
),

final as (
    select
        sessions.session_id,
        devices.device_id,
        users.user_id,
        accounts.account_id,
        sessions.started_at,
        sessions.ended_at,
        cast(sessions.event_count as bigint) as event_count,
        sessions.ended_at
        > {{ add_seconds('sessions.started_at', 24 * 3600) }} as is_overlong
    from sessions
    inner join {{ ref('int_devices__ids') }} as devices
        on sessions.device_key = devices.device_key
    left join {{ ref('int_users__ids') }} as users on sessions.user_key = users.user_key
    left join {{ ref('int_accounts__ids') }} as accounts
        on sessions.account_key = accounts.account_key
)

select * from final
