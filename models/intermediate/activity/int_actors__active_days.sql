with

user_account_days as (
    select * from {{ ref('int_users__account_days') }}
),

placed as (
    select
        user_key,
        activity_date,
        min(first_event_at) over by_day as first_event_at,
        max(last_event_at) over by_day as last_event_at,
        first_value(account_key) over (
            partition by user_key, activity_date order by first_event_at, account_key
        ) as first_account_key,
        first_value(account_key) over (
            partition by user_key, activity_date
            order by last_event_at desc, account_key asc
        ) as last_account_key,
        row_number() over (
            partition by user_key, activity_date order by first_event_at, account_key
        ) as place
    from user_account_days
    window by_day as (partition by user_key, activity_date)
),

final as (
    select
        'user' as grain,
        user_key as actor_key,
        activity_date,
        first_event_at,
        first_account_key,
        last_event_at,
        last_account_key
    from placed
    where place = 1
    union all
    select
        'account' as grain,
        account_key as actor_key,
        activity_date,
        min(first_event_at) as first_event_at,
        account_key as first_account_key,
        max(last_event_at) as last_event_at,
        account_key as last_account_key
    from user_account_days
    where account_key is not null
    group by account_key, activity_date
)

select * from final
