{{ config(materialized='view') }}

with

people as (
    select
        events.*,
        coalesce(canonical.user_key, device_users.user_key) as user_key
    from {{ ref('int_events__sessioned') }} as events
    left join {{ ref('int_users__canonical') }} as canonical
        on events.own_user_key = canonical.own_user_key
    {{ device_user_join() }}
),

final as (
    select
        events.*,
        coalesce(events.own_account_key, user_accounts.account_key) as account_key,
        coalesce(
            events.own_account_key is null
            and events.event_at < user_accounts.valid_from,
            false
        ) as is_account_inferred
    from people as events
    {{ account_join() }}
)

select * from final
