with

segments as (
    select * from {{ ref('int_subscriptions__segments') }}
),

discounts as (
    select * from {{ ref('int_discounts__applied') }}
),

in_force as (
    select
        segments.subscription_id,
        segments.valid_from,
        discounts.discount_id,
        discounts.discount_scope,
        discounts.subscription_item_id,
        discounts.kept_share,
        discounts.amount_off_minor,
        discounts.currency,
        bool_or(discounts.discount_scope = 'subscription') over (
            partition by segments.subscription_id, segments.valid_from
        ) as has_own
    from segments
    inner join discounts
        on segments.subscription_id = discounts.subscription_id
        and discounts.valid_from <= segments.valid_from
        and segments.valid_from < discounts.valid_to
),

final as (
    select
        subscription_id,
        valid_from,
        discount_id,
        subscription_item_id,
        kept_share,
        amount_off_minor,
        currency
    from in_force
    -- a customer's coupon gives way to one of the subscription
    where discount_scope <> 'customer' or not has_own
)

select * from final
