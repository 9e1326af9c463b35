-- The users of all numbers of days are the monthly active ones of the week's Sunday.
with

curve as (
    select
        cast(week_start + interval '6' day as date) as activity_date,
        sum(user_count) as user_count
    from {{ ref('engagement__power_curve') }}
    where not is_open
    group by week_start
),

days as (
    select activity_date, monthly_active_users
    from {{ ref('engagement__days') }}
)

select
    curve.activity_date,
    curve.user_count,
    days.monthly_active_users
from curve
left join days on curve.activity_date = days.activity_date
where days.monthly_active_users is null
    or curve.user_count <> days.monthly_active_users
