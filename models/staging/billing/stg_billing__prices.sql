{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_billing__price') }}
    where outcome = 'accepted'
),

final as (
    select
        id as price_id,
        product_id,
        lower({{ trimmed('currency') }}) as currency,
        coalesce(unit_amount_decimal, cast(unit_amount as decimal(24, 12)))
            as unit_amount,
        coalesce(lower({{ trimmed('billing_scheme') }}), 'per_unit') as billing_scheme,
        lower({{ trimmed('tiers_mode') }}) as tiers_mode,
        tiers,
        lower({{ trimmed('recurring_interval') }}) as recurring_interval,
        case
            when
                recurring_interval is not null
                then coalesce(recurring_interval_count, 1)
        end as recurring_interval_count,
        coalesce(lower({{ trimmed('recurring_usage_type') }}), 'licensed')
            as usage_type,
        transform_quantity_divide_by as package_size,
        coalesce(lower({{ trimmed('transform_quantity_round') }}), 'up')
            as package_rounding,
        nullif({{ trimmed('nickname') }}, '') as nickname,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
