with

states as (
    select * from {{ ref('int_subscriptions__states') }}
    where is_paying
),

items as (
    select * from {{ ref('int_subscription_items__stretches') }}
),

discounts as (
    select * from {{ ref('int_discounts__applied') }}
),

-- every moment at which something about a subscription's money may change
moments as (
    select subscription_id, valid_from as changed_at from states
    union
    select subscription_id, valid_to from states
    union
    select subscription_id, valid_from from items
    union
    select subscription_id, valid_to from items
    union
    select subscription_id, valid_from from discounts
    union
    select subscription_id, valid_to from discounts
),

segments as (
    select
        subscription_id,
        changed_at as valid_from,
        lead(changed_at)
            over (partition by subscription_id order by changed_at)
            as valid_to
    from moments
),

final as (
    select
        segments.subscription_id,
        segments.valid_from,
        segments.valid_to,
        states.customer_id,
        states.status,
        states.is_inferred,
        states.cancellation_reason,
        states.announced_end_at
    from segments
    inner join states
        on segments.subscription_id = states.subscription_id
        and states.valid_from <= segments.valid_from
        and segments.valid_from < states.valid_to
)

select * from final
