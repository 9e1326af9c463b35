with

states as (
    select * from {{ ref('int_subscriptions__states') }}
),

subscriptions as (
    select * from {{ ref('int_subscriptions__current') }}
),

followed as (
    select
        *,
        lead(status) over state_order as next_status,
        lead(is_paying) over state_order as next_is_paying,
        lead(valid_from) over state_order as next_valid_from
    from states
    window state_order as (partition by subscription_id order by valid_from)
),

final as (
    select
        followed.subscription_id,
        followed.customer_id,
        followed.valid_to as ended_at,
        followed.status as last_status,
        case
            when subscriptions.is_customer_deleted
                and followed.valid_to = subscriptions.ends_at then 'customer_deleted'
            when followed.next_status = 'paused'
                and followed.next_valid_from = followed.valid_to
                then 'paused'
            when followed.next_status = 'unpaid'
                and followed.next_valid_from = followed.valid_to
                then 'payment_failed'
            when subscriptions.cancellation_reason is not null
                then subscriptions.cancellation_reason
            when followed.status = 'past_due' then 'payment_failed'
            else 'cancellation_requested'
        end as reason
    from followed
    inner join subscriptions
        on followed.subscription_id = subscriptions.subscription_id
    where
        followed.is_paying
        and followed.valid_to < {{ end_of_time() }}
        and not coalesce(
            followed.next_is_paying and followed.next_valid_from = followed.valid_to,
            false
        )
)

select * from final
