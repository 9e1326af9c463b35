-- Two ways to the same number: daily active users and the daily lifecycle's active users.
select days.activity_date, days.daily_active_users, lifecycle.active_count
from {{ ref('engagement__days') }} as days
full outer join {{ ref('engagement__lifecycle_periods') }} as lifecycle
    on days.activity_date = lifecycle.period_start
where lifecycle.grain = 'user'
    and lifecycle.period_type = 'day'
    and days.daily_active_users is distinct from lifecycle.active_count
