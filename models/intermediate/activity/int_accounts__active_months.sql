with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

-- The same judgement as in int_actors__active_days.
active as (
    select
        daily.account_key,
        daily.user_key,
        cast(date_trunc('month', daily.event_date) as date) as month
    from {{ ref('int_events__daily_classified') }} as daily
    cross join clock
    where daily.is_active_signal
        and daily.exclusion_reason is null
        and daily.user_key is not null
        and daily.account_key is not null
        and daily.first_event_at <= clock.as_of_at
),

final as (
    select
        ids.account_id,
        active.month,
        count(distinct active.user_key) as active_user_count
    from active
    inner join {{ ref('int_accounts__ids') }} as ids
        on active.account_key = ids.account_key
    group by ids.account_id, active.month
)

select * from final
