with

final as (
    select
        account_id,
        month,
        currency,
        is_open,
        movement_type,
        movement_minor,
        previous_mrr_minor,
        mrr_minor,
        seats_minor,
        price_minor,
        plan_minor,
        churn_kind,
        churn_reason,
        is_currency_change
    from {{ ref('revenue__account_months') }}
    where movement_type <> 'none'
)

select * from final
