{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_support__user') }}
    where outcome = 'accepted'
),

final as (
    select
        {{ public_id(trimmed('id')) }} as support_user_id,
        {{ email_domain('email') }} as email_domain,
        {{ public_id(trimmed('organization_id')) }} as organization_id,
        lower({{ trimmed('role') }}) as role,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
