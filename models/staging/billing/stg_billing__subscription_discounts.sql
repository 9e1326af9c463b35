{{ config(materialized='view') }}

with

versions as (
    select *
    from {{ ref('base_billing__subscription_discount') }}
    where outcome = 'accepted'
),

final as (
    select
        id as discount_id,
        subscription_id,
        {{ public_id(trimmed('customer_id')) }} as customer_id,
        subscription_item_id,
        coupon_id,
        {{ adapter.quote('start') }} as starts_at,
        {{ adapter.quote('end') }} as ends_at,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
