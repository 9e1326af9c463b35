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
        renewals.amount,
        renewals.close_date as due_date,
        case
            when renewals.outcome = 'open'
                and renewals.close_date < cast(clock.as_of_at as date)
                then 'overdue'
            else renewals.outcome
        end as state,
        {{ periods_between(
            "'day'", 'cast(clock.as_of_at as date)', 'renewals.close_date'
        ) }} as days_to_renewal,
        renewals.closed_at
    from renewals
    cross join clock
)

select * from final
