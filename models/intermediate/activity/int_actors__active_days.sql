with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

-- The aggregate keeps each day's first time: a day that the horizon cuts is exact too.
active as (
    select
        daily.user_key,
        daily.account_key,
        daily.event_date
    from {{ ref('int_events__daily_classified') }} as daily
    cross join clock
    where daily.is_active_signal
        and daily.exclusion_reason is null
        and daily.user_key is not null
        and daily.first_event_at <= clock.as_of_at
),

final as (
    select 'user' as grain, user_key as actor_key, event_date as activity_date
    from active
    group by user_key, event_date
    union all
    select 'account' as grain, account_key as actor_key, event_date as activity_date
    from active
    where account_key is not null
    group by account_key, event_date
)

select * from final
