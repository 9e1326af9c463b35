-- depends_on: {{ ref('gate_core') }}
with

opportunities as (
    select * from {{ ref('fct_opportunities') }}
),

stages as (
    select * from {{ ref('fct_opportunity_stages') }}
),

-- One row per opportunity and stage that it ever entered.
entries as (
    select
        opportunity_id,
        stage_name,
        bool_or(left_at is null) as is_in_it
    from stages
    group by opportunity_id, stage_name
),

counts as (
    select
        opportunities.opportunity_type,
        entries.stage_name,
        count(*) as entered_count,
        count(
            case when entries.is_in_it and not opportunities.is_closed then 1 end
        ) as open_count,
        sum(
            case
                when entries.is_in_it and not opportunities.is_closed
                    then opportunities.amount
            end
        ) as open_amount,
        count(case when entries.is_in_it and opportunities.is_closed then 1 end)
            as closed_count,
        count(case when not entries.is_in_it then 1 end) as moved_on_count,
        count(case when opportunities.is_closed then 1 end) as mature_count,
        count(case when opportunities.is_won then 1 end) as won_count
    from entries
    inner join opportunities
        on entries.opportunity_id = opportunities.opportunity_id
    group by opportunities.opportunity_type, entries.stage_name
),

durations as (
    select
        opportunities.opportunity_type,
        stages.stage_name,
        median(stages.duration_seconds) / cast(86400 as double) as median_days_in_stage
    from stages
    inner join opportunities
        on stages.opportunity_id = opportunities.opportunity_id
    where stages.left_at is not null
    group by opportunities.opportunity_type, stages.stage_name
),

final as (
    select
        counts.opportunity_type,
        counts.stage_name,
        counts.entered_count,
        counts.open_count,
        cast(coalesce(counts.open_amount, 0) as decimal(38, 2)) as open_amount,
        counts.closed_count,
        counts.moved_on_count,
        durations.median_days_in_stage,
        counts.mature_count,
        counts.won_count,
        {{ safe_divide('counts.won_count', 'counts.mature_count') }} as win_rate
    from counts
    left join durations
        on counts.opportunity_type = durations.opportunity_type
        and counts.stage_name = durations.stage_name
)

select * from final
