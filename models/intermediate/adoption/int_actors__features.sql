with

clock as (
    select *, cast(usage_as_of_at as date) as usage_date
    from {{ ref('int_clock__horizons') }}
),

days as (
    select
        *,
        lag(activity_date, 2) over (
            partition by grain, actor_key, feature order by activity_date
        ) as day_before_last,
        min(activity_date) over (
            partition by grain, actor_key, feature
        ) as tried_on
    from {{ ref('int_actors__feature_days') }}
),

weeks as (
    select
        grain,
        actor_key,
        feature,
        cast(date_trunc('week', activity_date) as date) as week_start,
        min(activity_date) as first_date
    from days
    group by
        grain, actor_key, feature, cast(date_trunc('week', activity_date) as date)
),

runs as (
    select
        *,
        lag(week_start, 3) over (
            partition by grain, actor_key, feature order by week_start
        ) as third_week_before
    from weeks
),

habits as (
    select grain, actor_key, feature, min(first_date) as habitual_on
    from runs
    where third_week_before = {{ add_days('week_start', -21) }}
    group by grain, actor_key, feature
),

used as (
    select
        days.grain,
        days.actor_key,
        days.feature,
        days.tried_on,
        min(days.first_event_at) as tried_at,
        max(days.activity_date) as last_used_on,
        count(*) as used_day_count,
        sum(days.event_count) as event_count,
        min(
            case
                when days.day_before_last >= {{ add_days('days.activity_date', -27) }}
                    then days.activity_date
            end
        ) as adopted_on,
        count(
            case
                when days.activity_date > {{ add_days('clock.usage_date', -28) }} then 1
            end
        ) as used_day_count_28d
    from days
    cross join clock
    group by days.grain, days.actor_key, days.feature, days.tried_on
),

final as (
    select
        used.grain,
        used.actor_key,
        used.feature,
        used.tried_at,
        used.tried_on,
        used.adopted_on,
        habits.habitual_on,
        used.last_used_on,
        cast(used.used_day_count as bigint) as used_day_count,
        cast(used.used_day_count_28d as bigint) as used_day_count_28d,
        cast(used.event_count as bigint) as event_count,
        used.used_day_count_28d > 0 as is_current,
        coalesce(used.adopted_on < {{ add_days('used.tried_on', 28) }}, false)
            as is_adopted_in_28_days,
        -- the 28 days from the first use on are over
        cast({{ add_days('used.tried_on', 28) }} as timestamp) <= clock.usage_as_of_at
            as is_mature
    from used
    cross join clock
    left join habits
        on used.grain = habits.grain
        and used.actor_key = habits.actor_key
        and used.feature = habits.feature
)

select * from final
