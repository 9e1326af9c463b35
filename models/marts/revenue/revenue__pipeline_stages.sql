-- depends_on: {{ ref('gate_core') }}
with

opportunities as (
    select * from {{ ref('fct_opportunities') }}
),

stages as (
    select
        opportunity_id,
        stage_name,
        sum(case when left_at is not null then duration_days end) as stay_days,
        bool_or(left_at is null) as is_there
    from {{ ref('fct_opportunity_stages') }}
    group by opportunity_id, stage_name
),

counts as (
    select
        coalesce(opportunities.opportunity_type, 'unknown') as opportunity_type,
        stages.stage_name,
        count(*) as entered_count,
        count(case when stages.is_there and opportunities.outcome = 'open' then 1 end) as open_count,
        cast(sum(
            case when stages.is_there and opportunities.outcome = 'open' then coalesce(opportunities.amount, 0) else 0 end
        ) as decimal(38, 12)) as open_amount,
        count(case when opportunities.outcome <> 'open' then 1 end) as mature_count,
        count(case when opportunities.outcome = 'won' then 1 end) as won_count,
        median(stages.stay_days) as median_stay_days
    from stages
    inner join opportunities
        on stages.opportunity_id = opportunities.opportunity_id
    group by coalesce(opportunities.opportunity_type, 'unknown'), stages.stage_name
),

final as (
    select
        *,
        {{ safe_divide('won_count', 'mature_count') }} as win_rate
    from counts
)

select * from final
