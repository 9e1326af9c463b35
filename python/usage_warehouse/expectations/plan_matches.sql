-- One row: how many events the tracking plan names, how many event names were loaded, and how
-- many stand in both.
with

loaded as (
    select event_key
    from staging.stg_events__messages
    where outcome = 'accepted' and message_type in ('track', 'page', 'screen')
    group by event_key
),

plan as (
    select event_key
    from staging.stg_definitions__tracking_plan
    group by event_key
)

select
    count(plan.event_key) as plan_event_count,
    count(loaded.event_key) as loaded_event_count,
    count(case when plan.event_key = loaded.event_key then 1 end) as matched_event_count
from plan
full outer join loaded on plan.event_key = loaded.event_key
