-- depends_on: {{ ref('gate_core') }}
with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

final as (
    select
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.owner_id,
        opportunities.stage_name,
        opportunities.amount,
        opportunities.close_date as renewal_date,
        case
            when opportunities.outcome <> 'open' then opportunities.outcome
            when opportunities.close_date < cast(clock.as_of_at as date) then 'overdue'
            else 'open'
        end as renewal_state,
        case
            when opportunities.outcome = 'open'
                then {{ periods_between("'day'", 'cast(clock.as_of_at as date)', 'opportunities.close_date') }}
        end as days_to_renewal
    from {{ ref('fct_opportunities') }} as opportunities
    cross join clock
    where opportunities.is_renewal
)

select * from final
