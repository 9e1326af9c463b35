-- depends_on: {{ ref('gate_core') }}
with

states as (
    select * from {{ ref('int_subscriptions__states') }}
),

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

parties as (
    select * from {{ ref('bridge_account_sources') }}
    where source = 'billing'
),

trials as (
    select
        states.subscription_id,
        states.customer_id,
        min(states.valid_from) as started_at,
        max(states.valid_to) as ends_at,
        max(clock.as_of_at) as as_of_at
    from states
    cross join clock
    where states.status = 'trialing' and states.valid_from <= clock.as_of_at
    group by states.subscription_id, states.customer_id
),

payments as (
    select
        trials.subscription_id,
        min(states.valid_from) as first_paid_at
    from trials
    inner join states
        on trials.subscription_id = states.subscription_id
        and states.is_paying
        and trials.started_at <= states.valid_from
        and states.valid_from <= trials.as_of_at
    group by trials.subscription_id
),

final as (
    select
        trials.subscription_id,
        coalesce(parties.account_id, 'billing:' || trials.customer_id) as account_id,
        trials.started_at,
        nullif(trials.ends_at, {{ end_of_time() }}) as ends_at,
        payments.first_paid_at as converted_at,
        case
            when payments.first_paid_at is not null then 'converted'
            when trials.ends_at > trials.as_of_at then 'pending'
            else 'expired'
        end as outcome,
        trials.ends_at <= trials.as_of_at as is_mature
    from trials
    left join payments
        on trials.subscription_id = payments.subscription_id
    left join parties
        on trials.customer_id = parties.source_id
)

select * from final
