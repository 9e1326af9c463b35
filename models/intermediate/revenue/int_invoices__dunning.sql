with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

invoices as (
    {{ newest_versions(ref('stg_billing__invoices'), ['invoice_id']) }}
),

failures as (
    select * from {{ ref('int_invoices__payment_failures') }}
),

lost_subscriptions as (
    select
        subscription_id,
        ended_at,
        row_number()
            over (partition by subscription_id order by ended_at)
            as ending_number
    from {{ ref('int_subscriptions__endings') }}
    where reason = 'payment_failed'
),

resolved as (
    select
        invoices.invoice_id,
        invoices.customer_id,
        invoices.subscription_id,
        invoices.currency,
        invoices.amount_due_minor,
        invoices.next_attempt_at,
        coalesce(
            invoices.due_at,
            invoices.finalized_at,
            invoices.created_at,
            failures.first_failed_at
        )
            as due_at,
        failures.first_failed_at,
        failures.last_failed_at,
        failures.failed_count,
        clock.as_of_at,
        case
            when
                invoices.status = 'paid'
                then coalesce(invoices.paid_at, invoices.valid_from)
        end
            as paid_at,
        least(
            case
                when invoices.status = 'uncollectible'
                    then coalesce(invoices.uncollectible_at, invoices.valid_from)
                when invoices.status = 'void'
                    then coalesce(invoices.voided_at, invoices.valid_from)
                else {{ end_of_time() }}
            end,
            coalesce(invoices.deleted_at, {{ end_of_time() }}),
            coalesce(lost_subscriptions.ended_at, {{ end_of_time() }})
        ) as lost_at
    from invoices
    inner join failures
        on invoices.invoice_id = failures.invoice_id
    cross join clock
    -- the subscription that was given up after this invoice failed
    left join lost_subscriptions
        on invoices.subscription_id = lost_subscriptions.subscription_id
        and lost_subscriptions.ended_at >= failures.first_failed_at
        and lost_subscriptions.ending_number = 1
    where invoices.is_live
),

final as (
    select
        *,
        case
            when paid_at <= as_of_at then 'recovered'
            when lost_at <= as_of_at then 'lost'
            else 'pending'
        end as outcome,
        case
            when paid_at <= as_of_at then paid_at
            when lost_at <= as_of_at then lost_at
        end as resolved_at
    from resolved
)

select * from final
