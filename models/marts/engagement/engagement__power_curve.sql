-- depends_on: {{ ref('gate_core') }}
with

weeks as (
    select period_start as week_start, is_open
    from {{ ref('int_calendar__periods') }}
    where period_type = 'week'
),

numbers as (
    {{ number_series('select 27') }}
),

counted as (
    select week_start, day_count_28d, count(*) as user_count
    from {{ ref('int_users__active_weeks') }}
    group by week_start, day_count_28d
),

spine as (
    select
        weeks.week_start,
        cast(numbers.number + 1 as bigint) as active_day_count,
        coalesce(counted.user_count, 0) as user_count,
        weeks.is_open
    from weeks
    cross join numbers
    left join counted
        on weeks.week_start = counted.week_start
        and counted.day_count_28d = numbers.number + 1
),

final as (
    select
        week_start,
        active_day_count,
        cast(user_count as bigint) as user_count,
        {{ safe_divide(
            'user_count', 'sum(user_count) over (partition by week_start)'
        ) }} as user_share,
        active_day_count >= {{ power_user_days() }} as is_power_user,
        is_open
    from spine
)

select * from final
