with

stages as (
    select * from {{ ref('int_opportunities__stages') }}
),

opportunities as (
    select * from {{ ref('fct_opportunities') }}
),

final as (
    select
        stages.opportunity_id,
        stages.stage_number,
        opportunities.account_id,
        stages.stage_name,
        stages.owner_id,
        stages.is_open_stage,
        stages.entered_at,
        stages.left_at,
        stages.duration_seconds,
        stages.is_inferred
    from stages
    inner join opportunities
        on stages.opportunity_id = opportunities.opportunity_id
)

select * from final
