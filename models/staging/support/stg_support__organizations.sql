{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_support__organization') }}
    where outcome = 'accepted'
),

final as (
    select
        {{ public_id(trimmed('id')) }} as organization_id,
        nullif({{ trimmed('name') }}, '') as organization_name,
        {{ public_id("nullif(" ~ trimmed('external_id') ~ ", '')") }}
            as product_account_id,
        lower(domain_names) as domain_names,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
