{{ config(materialized='view') }}

with

versions as (
    select *
    from {{ ref('base_billing__subscription_item') }}
    where outcome = 'accepted'
),

final as (
    select
        id as subscription_item_id,
        subscription_id,
        price_id,
        coalesce(quantity, 1) as quantity,
        created as created_at,
        current_period_start as period_starts_at,
        current_period_end as period_ends_at,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
