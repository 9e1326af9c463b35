with

amounts as (
    select * from {{ ref('int_subscription_items__amounts') }}
),

net as (
    select * from {{ ref('int_subscription_items__amounts_off') }}
),

parties as (
    select * from {{ ref('int_parties__resolved') }}
    where source = 'billing'
),

final as (
    select
        coalesce(parties.account_id, 'billing:' || amounts.customer_id) as account_id,
        amounts.customer_id,
        amounts.subscription_id,
        amounts.subscription_item_id,
        amounts.product_id,
        amounts.plan,
        amounts.price_id,
        amounts.quantity,
        amounts.status,
        amounts.currency,
        -- an amount that no price tells is none: see governance.billing_findings
        coalesce({{ rounded_quotient(
            'net.net_picos * amounts.month_numerator',
            picos(1) ~ ' * amounts.month_denominator'
        ) }}, 0) as mrr_minor,
        amounts.is_inferred,
        amounts.announced_end_at,
        amounts.valid_from,
        amounts.valid_to
    from amounts
    left join net
        on amounts.subscription_item_id = net.subscription_item_id
        and amounts.valid_from = net.valid_from
    left join parties
        on amounts.customer_id = parties.source_id
)

select * from final
