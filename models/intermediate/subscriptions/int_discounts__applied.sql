with

discounts as (
    {{ newest_versions(ref('stg_billing__subscription_discounts'), ['discount_id']) }}
),

coupons as (
    {{ newest_versions(ref('stg_billing__coupons'), ['coupon_id']) }}
),

subscriptions as (
    select * from {{ ref('int_subscriptions__current') }}
),

items as (
    select
        subscription_item_id,
        subscription_id
    from {{ ref('int_subscription_items__intervals') }}
    group by subscription_item_id, subscription_id
),

reductions as (
    select
        discounts.discount_id,
        discounts.coupon_id,
        discounts.subscription_item_id,
        discounts.subscription_id,
        discounts.customer_id,
        -- 100 % off and more leaves nothing
        cast(
            case
                when coupons.percent_off is not null
                    then least(greatest(100 - coupons.percent_off, 0), 100)
                        * cast(0.01 as decimal(3, 2))
            end as decimal(13, 12)
        ) as kept_share,
        case when coupons.percent_off is null then coupons.amount_off_minor end
            as amount_off_minor,
        coupons.currency,
        coalesce(discounts.starts_at, {{ start_of_time() }}) as valid_from,
        least(
            coalesce(discounts.ends_at, {{ end_of_time() }}),
            coalesce(discounts.deleted_at, {{ end_of_time() }}),
            case
                when coupons.duration = 'repeating'
                    then coalesce(
                            {{ add_months(
                                'discounts.starts_at', 'coupons.duration_in_months'
                            ) }},
                            {{ end_of_time() }}
                        )
                else {{ end_of_time() }}
            end
        ) as valid_to
    from discounts
    inner join coupons
        on discounts.coupon_id = coupons.coupon_id
    -- a coupon for one invoice is no recurring reduction
    where coalesce(coupons.duration, 'forever') <> 'once'
),

by_item as (
    select
        reductions.*,
        items.subscription_id as applies_to_id,
        'item' as discount_scope
    from reductions
    inner join items
        on reductions.subscription_item_id = items.subscription_item_id
),

by_subscription as (
    select
        *,
        subscription_id as applies_to_id,
        'subscription' as discount_scope
    from reductions
    where subscription_item_id is null and subscription_id is not null
),

by_customer as (
    select
        reductions.*,
        subscriptions.subscription_id as applies_to_id,
        'customer' as discount_scope
    from reductions
    inner join subscriptions
        on reductions.customer_id = subscriptions.customer_id
    where reductions.subscription_item_id is null and reductions.subscription_id is null
),

applied as (
    select * from by_item
    union all
    select * from by_subscription
    union all
    select * from by_customer
),

final as (
    select
        applies_to_id as subscription_id,
        discount_id,
        coupon_id,
        discount_scope,
        subscription_item_id,
        kept_share,
        amount_off_minor,
        currency,
        valid_from,
        valid_to
    from applied
    where valid_from < valid_to
)

select * from final
