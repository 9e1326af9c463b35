with

final as (
    select
        account_id,
        customer_id,
        subscription_id,
        subscription_item_id,
        product_id,
        price_id,
        plan,
        quantity,
        status,
        currency,
        mrr_minor,
        is_inferred,
        announced_end_at,
        valid_from,
        nullif(valid_to, {{ end_of_time() }}) as valid_to
    from {{ ref('int_subscription_items__mrr') }}
)

select * from final
