-- Step 1 of a funnel counts every actor that entered and was not excluded.
with

entered as (
    select funnel_id, count(*) as actor_count
    from {{ ref('funnel__actors') }}
    where outcome <> 'excluded'
    group by funnel_id
)

select steps.funnel_id, steps.actor_count, entered.actor_count as entered_count
from {{ ref('funnel__steps') }} as steps
left join entered on steps.funnel_id = entered.funnel_id
where steps.step_number = 1
    and steps.actor_count <> coalesce(entered.actor_count, 0)
