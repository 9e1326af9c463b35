with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

opportunities as (
    select * from {{ ref('int_opportunities__current') }}
),

stages as (
    select
        opportunity_id,
        count(*) as stage_count,
        -- decided at the last stage, if that one is closed
        max_by(case when is_closed then entered_at end, stage_number) as closed_at
    from {{ ref('int_opportunities__stages') }}
    group by opportunity_id
),

final as (
    select
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.crm_account_id,
        opportunities.owner_id,
        opportunities.opportunity_type,
        coalesce(lower(opportunities.opportunity_type) like '%renew%', false) as is_renewal,
        opportunities.stage_name,
        cast(opportunities.amount as decimal(24, 12)) as amount,
        opportunities.is_closed,
        opportunities.is_won,
        case
            when opportunities.is_won then 'won'
            when opportunities.is_closed then 'lost'
            else 'open'
        end as outcome,
        opportunities.created_at,
        opportunities.close_date,
        case when opportunities.is_closed then coalesce(stages.closed_at, cast(opportunities.close_date as timestamp)) end
            as closed_at,
        {{ periods_between("'day'", 'cast(opportunities.created_at as date)', 'cast(clock.as_of_at as date)') }}
            as age_days,
        coalesce(stages.stage_count, 1) as stage_count
    from opportunities
    cross join clock
    left join stages
        on opportunities.opportunity_id = stages.opportunity_id
)

select * from final
