{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_crm__account') }}
    where outcome = 'accepted'
),

final as (
    select
        {{ public_id(trimmed('id')) }} as crm_account_id,
        nullif({{ trimmed('name') }}, '') as account_name,
        {{ web_domain('website') }} as web_domain,
        nullif({{ trimmed('industry') }}, '') as industry,
        nullif({{ trimmed('type') }}, '') as account_type,
        nullif({{ trimmed('billing_country') }}, '') as country,
        number_of_employees as employee_count,
        annual_revenue,
        {{ public_id(trimmed('owner_id')) }} as owner_id,
        {{ public_id(trimmed('parent_id')) }} as parent_crm_account_id,
        {{ public_id(trimmed('master_record_id')) }} as merged_into_crm_account_id,
        {{ public_id("nullif(" ~ trimmed('product_account_id') ~ ", '')") }}
            as product_account_id,
        created_date as created_at,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
