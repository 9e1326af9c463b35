-- depends_on: {{ ref('gate_core') }}
select
    ids.user_id,
    weeks.week_start,
    weeks.day_count as active_day_count,
    weeks.day_count_28d as active_day_count_28d,
    weeks.day_bits_28d as active_day_bits_28d,
    weeks.day_count_28d >= {{ power_user_days() }} as is_power_user,
    weeks.is_open
from {{ ref('int_users__active_weeks') }} as weeks
inner join {{ ref('int_users__ids') }} as ids on weeks.user_key = ids.user_key
