{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_billing__product') }}
    where outcome = 'accepted'
),

final as (
    select
        id as product_id,
        nullif({{ trimmed('name') }}, '') as product_name,
        coalesce(active, true) as is_active,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
