{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_billing__customer') }}
    where outcome = 'accepted'
),

final as (
    select
        {{ public_id(trimmed('id')) }} as customer_id,
        nullif({{ trimmed('name') }}, '') as customer_name,
        {{ email_domain('email') }} as email_domain,
        metadata,
        lower({{ trimmed('currency') }}) as currency,
        coalesce(delinquent, false) as is_delinquent,
        nullif({{ trimmed('address_country') }}, '') as country,
        created as created_at,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
