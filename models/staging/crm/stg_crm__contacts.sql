{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_crm__contact') }}
    where outcome = 'accepted'
),

final as (
    select
        {{ public_id(trimmed('id')) }} as contact_id,
        {{ public_id(trimmed('account_id')) }} as crm_account_id,
        {{ email_domain('email') }} as email_domain,
        nullif({{ trimmed('title') }}, '') as title,
        created_date as created_at,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
