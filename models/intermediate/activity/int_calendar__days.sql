with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

first_day as (
    select min(activity_date) as first_date from {{ ref('int_actors__active_days') }}
),

numbers as (
    {{ number_series(
        "select " ~ periods_between("'day'", 'first_date', 'cast(as_of_at as date)')
        ~ " from first_day cross join clock"
    ) }}
),

final as (
    select
        {{ add_days('first_day.first_date', 'numbers.number') }} as activity_date,
        cast({{ add_days('first_day.first_date', 'numbers.number + 1') }} as timestamp)
        > clock.usage_as_of_at as is_open
    from numbers
    cross join first_day
    cross join clock
)

select * from final
