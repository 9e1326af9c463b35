with

days as (
    select
        actor_key as user_key,
        activity_date,
        cast(date_trunc('week', activity_date) as date) as week_start,
        {{ periods_between(
            "'day'", "cast(date_trunc('week', activity_date) as date)", 'activity_date'
        ) }} as day_number
    from {{ ref('int_actors__active_days') }}
    where grain = 'user'
),

-- A bit per day, Monday the lowest.
weeks as (
    select
        user_key,
        week_start,
        count(*) as day_count,
        sum(cast(power(2, day_number) as bigint)) as day_bits
    from days
    group by user_key, week_start
),

-- A week is part of four stretches of 28 days, that end with it and the three after it.
shifted as (
    {% for later in range(4) -%}
    select
        user_key,
        {{ add_days('week_start', 7 * later) }} as week_start,
        {{ 'day_count' if later == 0 else '0' }} as day_count,
        day_count as day_count_28d,
        day_bits * {{ 2 ** (7 * (3 - later)) }} as day_bits_28d
    from weeks
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        shifted.user_key,
        shifted.week_start,
        cast(sum(shifted.day_count) as bigint) as day_count,
        cast(sum(shifted.day_count_28d) as bigint) as day_count_28d,
        cast(sum(shifted.day_bits_28d) as bigint) as day_bits_28d,
        calendar.is_open
    from shifted
    inner join {{ ref('int_calendar__periods') }} as calendar
        on shifted.week_start = calendar.period_start
        and calendar.period_type = 'week'
    group by shifted.user_key, shifted.week_start, calendar.is_open
)

select * from final
