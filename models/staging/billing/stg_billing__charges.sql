{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_billing__charge') }}
    where outcome = 'accepted'
),

final as (
    select
        id as charge_id,
        {{ public_id(trimmed('customer_id')) }} as customer_id,
        invoice_id,
        amount as amount_minor,
        coalesce(amount_refunded, 0) as refunded_minor,
        lower({{ trimmed('currency') }}) as currency,
        lower({{ trimmed('status') }}) as status,
        failure_code,
        created as created_at,
        coalesce(livemode, true) as is_live,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
