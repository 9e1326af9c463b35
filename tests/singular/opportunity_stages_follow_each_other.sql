-- The stages of an opportunity run without gaps from its creation to the present one,
-- which is the only one that lasts and the one that the opportunity is in.
with

stages as (
    select
        *,
        lag(left_at) over (
            partition by opportunity_id order by stage_number
        ) as previous_left_at,
        max(stage_number) over (partition by opportunity_id) as last_number
    from {{ ref('fct_opportunity_stages') }}
)

select
    opportunities.opportunity_id,
    stages.stage_number,
    stages.entered_at,
    stages.left_at
from {{ ref('fct_opportunities') }} as opportunities
left join stages
    on opportunities.opportunity_id = stages.opportunity_id
where stages.stage_number is null
    or stages.entered_at
    is distinct from coalesce(stages.previous_left_at, opportunities.created_at)
    or (stages.left_at is null) <> (stages.stage_number = stages.last_number)
    or (
        stages.left_at is null
        and stages.stage_name is distinct from opportunities.stage_name
    )
    or stages.last_number <> opportunities.stage_count
