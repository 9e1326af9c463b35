{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_crm__user') }}
    where outcome = 'accepted'
),

final as (
    select
        {{ public_id(trimmed('id')) }} as owner_id,
        nullif({{ trimmed('name') }}, '') as owner_name,
        coalesce(is_active, true) as is_active,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
