with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

final as (
    select
        stages.opportunity_id,
        stages.stage_number,
        opportunities.account_id,
        stages.stage_name,
        stages.owner_id,
        stages.entered_at,
        stages.left_at,
        cast({{ microseconds_between('stages.entered_at', 'coalesce(stages.left_at, clock.as_of_at)') }} as double)
        / 86400000000.0 as duration_days
    from {{ ref('int_opportunities__stages') }} as stages
    inner join {{ ref('int_opportunities__current') }} as opportunities
        on stages.opportunity_id = opportunities.opportunity_id
    cross join clock
)

select * from final
