-- The days that are scored: from an account's first use to the last whole day.
with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

-- a day is whole when its end is not after the horizon
last_day as (
    select {{ add_days('cast(usage_as_of_at as date)', '-1') }} as last_date
    from clock
),

first_days as (
    select
        account_id,
        min(activity_date) as first_date
    from {{ ref('int_accounts__user_days') }}
    where is_known_then
    group by account_id
),

first_day as (
    select min(first_date) as first_date from first_days
),

numbers as (
    {{ number_series(
        "select " ~ periods_between("'day'", 'min(first_date)', 'max(last_date)')
        ~ " from first_days cross join last_day"
    ) }}
),

days as (
    select {{ add_days('first_day.first_date', 'numbers.number') }} as health_date
    from numbers
    cross join first_day
),

final as (
    select
        first_days.account_id,
        first_days.first_date,
        days.health_date,
        cast({{ add_days('days.health_date', '1') }} as timestamp) as day_ends_at
    from first_days
    inner join days
        on first_days.first_date <= days.health_date
)

select * from final
