{{ config(materialized='view') }}

with

versions as (
    select *
    from {{ ref('base_billing__invoice_line_item') }}
    where outcome = 'accepted'
),

final as (
    select
        id as invoice_line_item_id,
        invoice_id,
        subscription_id,
        subscription_item_id,
        price_id,
        lower({{ trimmed('type') }}) as line_type,
        amount as amount_minor,
        lower({{ trimmed('currency') }}) as currency,
        quantity,
        coalesce(proration, false) as is_proration,
        period_start as period_starts_at,
        period_end as period_ends_at,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
