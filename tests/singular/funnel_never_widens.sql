-- No mandatory step has more actors than the mandatory step before it.
with

steps as (
    select
        *,
        lag(actor_count)
            over (partition by funnel_id order by step_number)
            as previous_actor_count,
        lag(mature_count)
            over (partition by funnel_id order by step_number)
            as previous_mature_count
    from {{ ref('funnel__steps') }}
    where not is_optional
)

select *
from steps
where actor_count > previous_actor_count or mature_count > previous_mature_count
