-- Step 1 of a funnel counts every actor that entered and was not excluded.
with

first_steps as (
    select funnel_id, actor_count
    from {{ ref('funnel__steps') }}
    where step_number = 1
),

entered as (
    select funnel_id, count(*) as actor_count
    from {{ ref('funnel__actors') }}
    where outcome <> 'excluded'
    group by funnel_id
)

select
    coalesce(first_steps.funnel_id, entered.funnel_id) as funnel_id,
    first_steps.actor_count,
    entered.actor_count as entered_count
from first_steps
full outer join entered on first_steps.funnel_id = entered.funnel_id
where coalesce(first_steps.actor_count, 0) <> coalesce(entered.actor_count, 0)
