with

intervals as (
    select * from {{ ref('int_subscription_items__intervals') }}
),

compared as (
    select
        *,
        case
            when lag(price_id) over item_order = price_id
                and lag(quantity) over item_order = quantity
                and lag(is_inferred) over item_order = is_inferred
                and lag(valid_to) over item_order = valid_from
                then 0
            else 1
        end as is_change
    from intervals
    window item_order as (partition by subscription_item_id order by valid_from)
),

numbered as (
    select
        *,
        sum(is_change) over (
            partition by subscription_item_id order by valid_from
            rows between unbounded preceding and current row
        ) as stretch_number
    from compared
),

final as (
    select
        subscription_item_id,
        subscription_id,
        price_id,
        quantity,
        min(valid_from) as valid_from,
        max(valid_to) as valid_to,
        is_inferred
    from numbered
    group by
        subscription_item_id,
        subscription_id,
        price_id,
        quantity,
        is_inferred,
        stretch_number
)

select * from final
