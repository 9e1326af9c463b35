{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_billing__tier') }}
    where outcome = 'accepted'
),

final as (
    select
        price_id,
        up_to,
        unit_amount,
        flat_amount,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
