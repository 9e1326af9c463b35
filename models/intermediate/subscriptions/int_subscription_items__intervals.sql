with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

versions as (
    select versions.*
    from {{ ref('stg_billing__subscription_items') }} as versions
    cross join clock
    where versions.valid_from <= clock.as_of_at or versions.version_number = 1
),

subscriptions as (
    select * from {{ ref('int_subscriptions__current') }}
),

first_known as (
    select
        subscription_item_id,
        subscription_id,
        price_id,
        quantity,
        period_ends_at,
        valid_from,
        least(valid_from, coalesce(created_at, valid_from)) as known_from,
        min(least(valid_from, coalesce(created_at, valid_from))) over (
            partition by subscription_id
        ) as first_known_from
    from versions
    where version_number = 1
),

-- before its first version: the earliest known items reach back to the start
inferred as (
    select
        first_known.subscription_item_id,
        first_known.subscription_id,
        first_known.price_id,
        first_known.quantity,
        first_known.period_ends_at,
        case
            when first_known.known_from = first_known.first_known_from
                then least(subscriptions.starts_at, first_known.known_from)
            else first_known.known_from
        end as valid_from,
        first_known.valid_from as valid_to,
        true as is_inferred
    from first_known
    inner join subscriptions
        on first_known.subscription_id = subscriptions.subscription_id
),

recorded as (
    select
        versions.subscription_item_id,
        versions.subscription_id,
        versions.price_id,
        versions.quantity,
        versions.period_ends_at,
        versions.valid_from,
        coalesce(versions.valid_to, {{ end_of_time() }}) as valid_to,
        false as is_inferred
    from versions
    inner join subscriptions
        on versions.subscription_id = subscriptions.subscription_id
    where not versions.is_deleted
),

final as (
    select * from inferred
    where valid_from < valid_to
    union all
    select * from recorded
)

select * from final
