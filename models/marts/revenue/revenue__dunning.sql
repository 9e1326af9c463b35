-- depends_on: {{ ref('gate_core') }}
with

invoices as (
    select * from {{ ref('int_invoices__dunning') }}
),

parties as (
    select * from {{ ref('bridge_account_sources') }}
    where source = 'billing'
),

at_risk as (
    select
        intervals.subscription_id,
        sum(intervals.mrr_minor) as mrr_minor
    from {{ ref('fct_mrr_intervals') }} as intervals
    cross join {{ ref('int_clock__horizons') }} as clock
    where
        intervals.valid_from <= clock.as_of_at
        and (intervals.valid_to is null or clock.as_of_at < intervals.valid_to)
        and intervals.status = 'past_due'
    group by intervals.subscription_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by subscription_id, outcome order by first_failed_at, invoice_id
        ) as outcome_number
    from invoices
),

final as (
    select
        ranked.invoice_id,
        coalesce(parties.account_id, 'billing:' || ranked.customer_id) as account_id,
        ranked.subscription_id,
        ranked.currency,
        coalesce(ranked.amount_due_minor, 0) as amount_due_minor,
        ranked.first_failed_at,
        ranked.last_failed_at,
        ranked.failed_count,
        ranked.outcome,
        ranked.resolved_at,
        case when ranked.outcome = 'pending' then ranked.next_attempt_at end
            as next_attempt_at,
        case
            when ranked.outcome = 'recovered'
                then cast({{ microseconds_between(
                    'ranked.first_failed_at', 'ranked.resolved_at'
                ) }} as double) / 86400000000.0
        end as days_to_recovery,
        case
            when ranked.outcome = 'pending'
                then greatest({{ periods_between(
                    "'day'", 'cast(ranked.due_at as date)', 'cast(ranked.as_of_at as date)'
                ) }}, 0)
        end as days_past_due,
        -- a subscription is at risk once, however many of its invoices are open
        cast(coalesce(
            case
                when
                    ranked.outcome = 'pending' and ranked.outcome_number = 1
                    then at_risk.mrr_minor
            end,
            0
        ) as bigint) as mrr_at_risk_minor
    from ranked
    left join parties
        on ranked.customer_id = parties.source_id
    left join at_risk
        on ranked.subscription_id = at_risk.subscription_id
)

select * from final
