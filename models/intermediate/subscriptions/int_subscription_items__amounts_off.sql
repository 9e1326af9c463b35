with

amounts as (
    select * from {{ ref('int_subscription_items__amounts') }}
),

discounts as (
    select * from {{ ref('int_discounts__in_force') }}
    where amount_off_minor > 0
),

off_items as (
    select
        subscription_item_id,
        valid_from,
        sum(amount_off_minor) as amount_off_minor,
        max(currency) as currency
    from discounts
    where subscription_item_id is not null
    group by subscription_item_id, valid_from
),

off_subscriptions as (
    select
        subscription_id,
        valid_from,
        currency,
        sum(amount_off_minor) as amount_off_minor
    from discounts
    where subscription_item_id is null
    group by subscription_id, valid_from, currency
),

after_item_coupons as (
    select
        amounts.subscription_item_id,
        amounts.subscription_id,
        amounts.valid_from,
        amounts.currency,
        {{ picos('amounts.amount_after_percent') }} as full_picos,
        greatest(
            {{ picos('amounts.amount_after_percent') }}
            - {{ picos('coalesce(off_items.amount_off_minor, 0)') }},
            {{ picos(0) }}
        ) as left_picos
    from amounts
    left join off_items
        on amounts.subscription_item_id = off_items.subscription_item_id
        and amounts.valid_from = off_items.valid_from
        and amounts.currency = coalesce(off_items.currency, amounts.currency)
    where amounts.amount_after_percent is not null
),

totals as (
    select
        after_item_coupons.*,
        coalesce(off_subscriptions.amount_off_minor, 0) as amount_off_minor,
        sum(after_item_coupons.left_picos) over (
            partition by
                after_item_coupons.subscription_id, after_item_coupons.valid_from
        ) as total_picos
    from after_item_coupons
    left join off_subscriptions
        on after_item_coupons.subscription_id = off_subscriptions.subscription_id
        and after_item_coupons.valid_from = off_subscriptions.valid_from
        and after_item_coupons.currency
        = coalesce(off_subscriptions.currency, after_item_coupons.currency)
),

-- in proportion to what is left of each item; whole units first
shares as (
    select
        *,
        case
            when amount_off_minor = 0 then 0
            else {{ whole_quotient(
                'left_picos * amount_off_minor', 'greatest(total_picos, ' ~ picos(1) ~ ')'
            ) }}
        end as whole_share
    from totals
),

ranked as (
    select
        *,
        row_number() over (
            partition by subscription_id, valid_from
            order by
                left_picos * amount_off_minor - whole_share * total_picos desc,
                subscription_item_id
        ) as remainder_rank,
        amount_off_minor - sum(whole_share) over (
            partition by subscription_id, valid_from
        ) as units_left
    from shares
),

final as (
    select
        subscription_item_id,
        valid_from,
        cast(
            case
                when
                    {{ picos('amount_off_minor') }} >= total_picos
                    and amount_off_minor > 0
                    then {{ picos(0) }}
                else greatest(
                        left_picos - {{ picos('whole_share') }}
                        - case
                            when
                                remainder_rank <= units_left
                                then {{ picos(1) }}
                            else {{ picos(0) }}
                        end,
                        {{ picos(0) }}
                    )
            end as decimal(38, 0)
        ) as net_picos
    from ranked
    where full_picos >= {{ picos(0) }}
)

select * from final
