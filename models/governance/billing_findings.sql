with

items as (
    select
        subscription_item_id,
        price_id,
        quantity
    from {{ ref('int_subscription_items__stretches') }}
    group by subscription_item_id, price_id, quantity
),

prices as (
    select * from {{ ref('int_prices__current') }}
),

item_versions as (
    {{ newest_versions(
        ref('stg_billing__subscription_items'), ['subscription_item_id']
    ) }}
),

subscriptions as (
    {{ newest_versions(ref('stg_billing__subscriptions'), ['subscription_id']) }}
),

customers as (
    {{ newest_versions(ref('stg_billing__customers'), ['customer_id']) }}
),

discounts as (
    {{ newest_versions(ref('stg_billing__subscription_discounts'), ['discount_id']) }}
),

coupons as (
    {{ newest_versions(ref('stg_billing__coupons'), ['coupon_id']) }}
),

found as (
    select
        'item_of_unknown_price' as finding,
        items.subscription_item_id as object_id,
        items.price_id as other_id
    from items
    left join prices
        on items.price_id = prices.price_id
    where prices.price_id is null
    union all
    select
        'price_without_amount' as finding,
        items.subscription_item_id as object_id,
        items.price_id as other_id
    from items
    inner join prices
        on items.price_id = prices.price_id
    inner join {{ ref('int_prices__amounts') }} as amounts
        on items.price_id = amounts.price_id
        and items.quantity = amounts.quantity
    where
        amounts.period_amount is null
        and prices.is_recurring
        and not prices.is_metered
    union all
    select
        'item_of_unknown_subscription' as finding,
        item_versions.subscription_item_id as object_id,
        item_versions.subscription_id as other_id
    from item_versions
    left join subscriptions
        on item_versions.subscription_id = subscriptions.subscription_id
    where subscriptions.subscription_id is null
    union all
    select
        'subscription_of_unknown_customer' as finding,
        subscriptions.subscription_id as object_id,
        subscriptions.customer_id as other_id
    from subscriptions
    left join customers
        on subscriptions.customer_id = customers.customer_id
    where customers.customer_id is null
    union all
    select
        'discount_of_unknown_coupon' as finding,
        discounts.discount_id as object_id,
        discounts.coupon_id as other_id
    from discounts
    left join coupons
        on discounts.coupon_id = coupons.coupon_id
    where coupons.coupon_id is null
    union all
    select
        'subscription_in_test_mode' as finding,
        subscription_id as object_id,
        customer_id as other_id
    from subscriptions
    where not is_live
    union all
    select
        'paper_is_incomplete' as finding,
        object_id,
        kind as other_id
    from {{ ref('int_invoices__papers') }}
    where not is_complete
),

final as (
    select
        found.finding,
        found.object_id,
        found.other_id
    from found
    group by found.finding, found.object_id, found.other_id
)

select * from final
