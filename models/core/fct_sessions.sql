{{ config(materialized='view') }}

with

starts as (
    select
        *,
        started_at as event_at
    from {{ ref('int_events__sessions') }}
),

-- Whose it is is joined late, by the session's first event.
people as (
    select
        events.*,
        coalesce(canonical.user_key, device_users.user_key) as user_key
    from starts as events
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

final as (
    select
        resolved.session_id,
        devices.device_id,
        users.user_id,
        accounts.account_id,
        resolved.started_at,
        resolved.ended_at,
        resolved.event_count,
        {{ microseconds_between('resolved.started_at', 'resolved.ended_at') }}
        > {{ 24 * 3600 * 1000000 }} as is_overlong
    from resolved
    inner join {{ ref('int_devices__ids') }} as devices
        on resolved.device_key = devices.device_key
    left join {{ ref('int_users__canonical') }} as shown_users
        on resolved.shown_user_key = shown_users.own_user_key
    left join {{ ref('int_users__ids') }} as users
        on coalesce(shown_users.user_key, resolved.user_key) = users.user_key
    left join {{ ref('int_accounts__ids') }} as accounts
        on resolved.account_key = accounts.account_key
)

select * from final
