{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_billing__refund') }}
    where outcome = 'accepted'
),

final as (
    select
        id as refund_id,
        charge_id,
        amount as amount_minor,
        lower({{ trimmed('currency') }}) as currency,
        lower({{ trimmed('status') }}) as status,
        created as created_at,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
