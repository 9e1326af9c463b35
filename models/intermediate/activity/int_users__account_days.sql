select
    user_key,
    account_key,
    activity_date,
    cast(sum(event_count) as bigint) as event_count,
    min(first_event_at) as first_event_at,
    max(last_event_at) as last_event_at
from {{ ref('int_users__signals') }}
group by user_key, account_key, activity_date
