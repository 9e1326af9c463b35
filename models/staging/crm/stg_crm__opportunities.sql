{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_crm__opportunity') }}
    where outcome = 'accepted'
),

final as (
    select
        {{ public_id(trimmed('id')) }} as opportunity_id,
        {{ public_id(trimmed('account_id')) }} as crm_account_id,
        nullif({{ trimmed('type') }}, '') as opportunity_type,
        nullif({{ trimmed('stage_name') }}, '') as stage_name,
        amount,
        coalesce(is_won, false) as is_won,
        coalesce(is_closed, false) as is_closed,
        cast(close_date as date) as close_date,
        created_date as created_at,
        {{ public_id(trimmed('owner_id')) }} as owner_id,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
