with

prices as (
    {{ newest_versions(ref('stg_billing__prices'), ['price_id']) }}
),

products as (
    {{ newest_versions(ref('stg_billing__products'), ['product_id']) }}
),

final as (
    select
        prices.price_id,
        prices.product_id,
        products.product_name,
        coalesce(
            products.product_name, prices.nickname, prices.product_id, prices.price_id
        )
            as plan,
        prices.currency,
        prices.unit_amount,
        prices.billing_scheme = 'tiered' as is_tiered,
        coalesce(prices.tiers_mode, 'volume') = 'graduated' as is_graduated,
        prices.tiers,
        prices.package_size,
        prices.package_rounding,
        prices.recurring_interval,
        prices.recurring_interval_count,
        prices.usage_type = 'metered' as is_metered,
        prices.recurring_interval is not null as is_recurring,
        -- a period's amount times numerator / denominator is a month's
        case prices.recurring_interval
            when 'day' then 365 when 'week' then 52 else 1
        end
            as month_numerator,
        case prices.recurring_interval when 'month' then 1 else 12 end
        * prices.recurring_interval_count as month_denominator
    from prices
    left join products
        on prices.product_id = products.product_id
)

select * from final
