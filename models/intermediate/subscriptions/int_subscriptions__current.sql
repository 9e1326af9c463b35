with

subscriptions as (
    {{ newest_versions(ref('stg_billing__subscriptions'), ['subscription_id']) }}
),

customers as (
    {{ newest_versions(ref('stg_billing__customers'), ['customer_id']) }}
),

first_versions as (
    select
        subscription_id,
        valid_from as first_valid_from
    from {{ ref('stg_billing__subscriptions') }}
    where version_number = 1
),

final as (
    select
        subscriptions.subscription_id,
        subscriptions.customer_id,
        coalesce(subscriptions.starts_at, first_versions.first_valid_from) as starts_at,
        subscriptions.status,
        subscriptions.trial_starts_at,
        subscriptions.trial_ends_at,
        subscriptions.canceled_at,
        subscriptions.cancellation_reason,
        -- what ends it for good, whenever that became known
        least(
            coalesce(subscriptions.ended_at, {{ end_of_time() }}),
            coalesce(subscriptions.deleted_at, {{ end_of_time() }}),
            coalesce(customers.deleted_at, {{ end_of_time() }}),
            case
                when subscriptions.status = 'canceled'
                    and subscriptions.ended_at is null
                    then least(
                            coalesce(subscriptions.cancel_at, {{ end_of_time() }}),
                            case
                                when subscriptions.is_canceled_at_period_end
                                    then subscriptions.valid_from
                                else coalesce(
                                        subscriptions.canceled_at,
                                        subscriptions.valid_from
                                    )
                            end,
                            subscriptions.valid_from
                        )
                else {{ end_of_time() }}
            end
        ) as ends_at,
        customers.deleted_at is not null as is_customer_deleted
    from subscriptions
    inner join first_versions
        on subscriptions.subscription_id = first_versions.subscription_id
    left join customers
        on subscriptions.customer_id = customers.customer_id
    -- test mode is no money
    where subscriptions.is_live
)

select * from final
