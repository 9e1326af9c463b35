-- depends_on: {{ ref('gate_core') }}
with

renewals as (
    select * from {{ ref('fct_opportunities') }}
    where is_renewal
),

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

final as (
    select
        renewals.opportunity_id,
        renewals.account_id,
        renewals.crm_account_id,
        renewals.owner_id,
        renewals.stage_name,
        renewals.amount,
        renewals.close_date as renewal_date,
        case
            when renewals.outcome = 'open'
                and renewals.close_date < cast(clock.as_of_at as date)
                then 'overdue'
            else renewals.outcome
        end as renewal_state,
        case
            when renewals.outcome = 'open'
                then
                    {{ periods_between(
                        "'day'", 'cast(clock.as_of_at as date)', 'renewals.close_date'
                    ) }}
        end as days_to_renewal,
        renewals.closed_at
    from renewals
    cross join clock
)

select * from final
