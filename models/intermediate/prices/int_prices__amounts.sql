with

quantities as (
    select
        price_id,
        quantity
    from {{ ref('int_subscription_items__stretches') }}
    group by price_id, quantity
),

prices as (
    select * from {{ ref('int_prices__current') }}
),

tiers as (
    select * from {{ ref('int_prices__tiers') }}
),

packed as (
    select
        prices.price_id,
        quantities.quantity,
        prices.unit_amount,
        prices.is_tiered,
        prices.is_graduated,
        case
            when coalesce(prices.package_size, 0) <= 1 then quantities.quantity
            when prices.package_rounding = 'down'
                then {{ whole_packages('quantities.quantity', 'prices.package_size') }}
            else {{ whole_packages(
                '(quantities.quantity + prices.package_size - 1)', 'prices.package_size'
            ) }}
        end as billed_quantity
    from quantities
    inner join prices
        on quantities.price_id = prices.price_id
),

tiered as (
    select
        packed.price_id,
        packed.quantity,
        sum(
            case
                -- every tier that the quantity reaches, with the units inside it
                when packed.is_graduated
                    then tiers.flat_amount + tiers.unit_amount * cast(
                            least(
                                coalesce(tiers.up_to, packed.billed_quantity),
                                packed.billed_quantity
                            )
                            - least(tiers.above, packed.billed_quantity) as decimal(
                                12, 0
                            )
                        )
                -- all units at the price of the tier that the quantity falls into
                else tiers.flat_amount
                    + tiers.unit_amount * cast(packed.billed_quantity as decimal(12, 0))
            end
        ) as amount
    from packed
    inner join tiers
        on packed.price_id = tiers.price_id
    where
        packed.is_tiered
        -- the first tier's flat amount is due for no unit too
        and (packed.billed_quantity > tiers.above or tiers.tier_number = 1)
        and (
            packed.is_graduated
            or packed.billed_quantity <= coalesce(tiers.up_to, packed.billed_quantity)
        )
    group by packed.price_id, packed.quantity
),

final as (
    select
        packed.price_id,
        packed.quantity,
        cast(
            case
                when packed.is_tiered then tiered.amount
                else packed.unit_amount * cast(packed.billed_quantity as decimal(12, 0))
            end as decimal(25, 12)
        ) as period_amount
    from packed
    left join tiered
        on packed.price_id = tiered.price_id
        and packed.quantity = tiered.quantity
)

select * from final
