with

customers as (
    select
        customer_id,
        min(valid_from) as valid_from
    from {{ ref('stg_billing__customers') }}
    group by customer_id
),

final as (
    select
        'billing' as source,
        customer_id as source_id,
        'billing:' || customer_id as account_id,
        'unmatched' as method,
        cast(0.0 as double) as confidence,
        valid_from
    from customers
)

select * from final
