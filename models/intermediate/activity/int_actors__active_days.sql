with

clock as (
    select *, cast(as_of_at as date) as as_of_date from {{ ref('int_clock__horizons') }}
),

-- The aggregate of whole days, and event by event the day that the horizon may cut.
active as (
    select
        daily.user_key,
        daily.account_key,
        daily.event_date as activity_date,
        daily.first_event_at,
        daily.last_event_at
    from {{ ref('int_events__daily_classified') }} as daily
    cross join clock
    where daily.is_active_signal
        and daily.exclusion_reason is null
        and daily.user_key is not null
        and daily.event_date < clock.as_of_date
    union all
    select
        counted.user_key,
        counted.account_key,
        counted.event_date as activity_date,
        counted.event_at as first_event_at,
        counted.event_at as last_event_at
    from {{ ref('int_events__counted') }} as counted
    cross join clock
    where counted.is_active_signal
        and counted.user_key is not null
        and counted.event_date = clock.as_of_date
),

user_account_days as (
    select
        user_key,
        account_key,
        activity_date,
        min(first_event_at) as first_event_at,
        max(last_event_at) as last_event_at
    from active
    group by user_key, account_key, activity_date
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
