with

segments as (
    select * from {{ ref('int_subscriptions__segments') }}
),

items as (
    select * from {{ ref('int_subscription_items__stretches') }}
),

prices as (
    select * from {{ ref('int_prices__current') }}
),

amounts as (
    select * from {{ ref('int_prices__amounts') }}
),

discounts as (
    select *
    from {{ ref('int_discounts__in_force') }}
    where kept_share is not null
),

in_force as (
    select
        segments.subscription_id,
        segments.valid_from,
        segments.valid_to,
        segments.customer_id,
        segments.status,
        segments.is_inferred or items.is_inferred as is_inferred,
        segments.announced_end_at,
        items.subscription_item_id,
        items.price_id,
        items.quantity,
        prices.currency,
        prices.product_id,
        prices.plan,
        prices.month_numerator,
        prices.month_denominator,
        amounts.period_amount
    from segments
    inner join items
        on segments.subscription_id = items.subscription_id
        and items.valid_from <= segments.valid_from
        and segments.valid_from < items.valid_to
    inner join prices
        on items.price_id = prices.price_id
    left join amounts
        on items.price_id = amounts.price_id
        and items.quantity = amounts.quantity
    -- what is billed by use, or once, is not recurring
    where prices.is_recurring and not prices.is_metered
),

item_discounts as (
    select
        in_force.subscription_item_id,
        in_force.valid_from,
        discounts.kept_share
    from in_force
    inner join discounts
        on in_force.subscription_id = discounts.subscription_id
        and in_force.valid_from = discounts.valid_from
    where coalesce(discounts.subscription_item_id, in_force.subscription_item_id)
        = in_force.subscription_item_id
),

kept as (
    select
        subscription_item_id,
        valid_from,
        {{ product_of_shares('kept_share') }} as kept_share -- noqa: PRS
    from item_discounts
    group by subscription_item_id, valid_from
),

final as (
    select
        in_force.*,
        cast(
            in_force.period_amount
            * coalesce(kept.kept_share, cast(1 as decimal(13, 12)))
            as decimal(25, 12)
        ) as amount_after_percent
    from in_force
    left join kept
        on in_force.subscription_item_id = kept.subscription_item_id
        and in_force.valid_from = kept.valid_from
)

select * from final
