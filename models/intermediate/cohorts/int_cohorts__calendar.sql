with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

final as (
    select period_type, period_start, is_open
    from {{ ref('int_calendar__periods') }}
    union all
    -- the last window of a cohort's day ends a day after the day does
    select
        '24_hours' as period_type,
        days.activity_date as period_start,
        cast({{ add_days('days.activity_date', 2) }} as timestamp)
        > clock.usage_as_of_at as is_open
    from {{ ref('int_calendar__days') }} as days
    cross join clock
)

select * from final
