{{ config(materialized='view') }}

with

days as (
    select
        days.*,
        min(days.activity_date) over by_actor as first_active_date,
        lead(days.activity_date) over by_actor_in_order as next_active_date
    from {{ ref('int_actors__active_days') }} as days
    window
        by_actor as (partition by days.grain, days.actor_key),
        by_actor_in_order as (
            partition by days.grain, days.actor_key order by days.activity_date
        )
),

final as (
    select
        days.grain,
        days.actor_key,
        days.activity_date,
        days.next_active_date,
        days.activity_date = days.first_active_date as is_first,
        users.user_id,
        days.first_event_at,
        first_accounts.account_id as first_account_id,
        days.last_event_at,
        last_accounts.account_id as last_account_id
    from days
    left join {{ ref('int_users__ids') }} as users
        on case when days.grain = 'user' then days.actor_key end = users.user_key
    left join {{ ref('int_accounts__ids') }} as first_accounts
        on days.first_account_key = first_accounts.account_key
    left join {{ ref('int_accounts__ids') }} as last_accounts
        on days.last_account_key = last_accounts.account_key
)

select * from final
