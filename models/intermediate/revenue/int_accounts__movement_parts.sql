with

items as (
    select * from {{ ref('int_subscription_items__months') }}
),

-- each month of an item stands beside the month before it
sides as (
    select
        account_id,
        currency,
        month,
        subscription_item_id,
        product_id,
        quantity,
        mrr_minor,
        true as is_current
    from items
    union all
    select
        account_id,
        currency,
        {{ add_periods('month', "'month'", '1') }} as month,
        subscription_item_id,
        product_id,
        quantity,
        mrr_minor,
        false as is_current
    from items
),

pairs as (
    select
        account_id,
        currency,
        month,
        subscription_item_id,
        count(*) as side_count,
        count(distinct product_id) as product_count,
        coalesce(max(case when is_current then quantity end), 0) as quantity,
        coalesce(max(case when not is_current then quantity end), 0)
            as previous_quantity,
        coalesce(max(case when is_current then mrr_minor end), 0) as mrr_minor,
        coalesce(max(case when not is_current then mrr_minor end), 0)
            as previous_mrr_minor
    from sides
    group by account_id, currency, month, subscription_item_id
),

measured as (
    select
        *,
        mrr_minor - previous_mrr_minor as change_minor,
        -- seats at the price of the month before
        case
            when side_count = 2 and previous_quantity > 0
                then {{ rounded_quotient(
                    '(' ~ picos('previous_mrr_minor') ~ ' * (quantity - previous_quantity))',
                    '(' ~ picos('previous_quantity') ~ ')'
                ) }}
            else 0
        end as seats_minor
    from pairs
),

final as (
    select
        account_id,
        currency,
        month,
        cast(sum(seats_minor) as bigint) as seats_minor,
        -- the same product at another price, or with another coupon
        cast(sum(
            case
                when
                    side_count = 2 and product_count = 1
                    then change_minor - seats_minor
                else 0
            end
        ) as bigint) as price_minor,
        -- another product, an item more, an item less
        cast(sum(
            case
                when side_count = 2 and product_count = 1 then 0 else
                    change_minor - seats_minor
            end
        ) as bigint) as plan_minor
    from measured
    group by account_id, currency, month
)

select * from final
