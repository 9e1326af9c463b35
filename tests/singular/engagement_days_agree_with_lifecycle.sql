-- Two ways to one number: daily active users, the daily lifecycle's active users.
with

lifecycle_days as (
    select period_start, active_count
    from {{ ref('engagement__lifecycle_periods') }}
    where grain = 'user' and period_type = 'day'
)

select days.activity_date, days.daily_active_users, lifecycle_days.active_count
from {{ ref('engagement__days') }} as days
full outer join lifecycle_days
    on days.activity_date = lifecycle_days.period_start
where days.daily_active_users is distinct from lifecycle_days.active_count
