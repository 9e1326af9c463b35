-- What billing says of an account at the end of each of its days, as known by then.
with

days as (
    select * from {{ ref('int_accounts__health_days') }}
),

parties as (
    select * from {{ ref('int_parties__resolved') }}
    where source = 'billing'
),

states as (
    select
        parties.account_id,
        greatest(states.valid_from, parties.valid_from) as valid_from,
        states.valid_to,
        states.subscription_id,
        states.status,
        states.announced_end_at,
        states.valid_from as state_from,
        -- past due and unpaid are one stretch of being late
        case
            when states.status in ('past_due', 'unpaid')
                and lag(states.status) over state_order in ('past_due', 'unpaid')
                and lag(states.valid_to) over state_order = states.valid_from
                then 0
            else 1
        end as is_new_stretch
    from {{ ref('int_subscriptions__states') }} as states
    inner join parties
        on states.customer_id = parties.source_id
    where states.status in ('active', 'past_due', 'unpaid')
    window
        state_order as (partition by states.subscription_id order by states.valid_from)
),

late as (
    select
        *,
        max(case when is_new_stretch = 1 then state_from end) over (
            partition by subscription_id order by state_from
            rows between unbounded preceding and current row
        ) as stretch_from
    from states
),

items as (
    select
        account_id,
        subscription_item_id,
        quantity,
        mrr_minor,
        valid_from,
        valid_to
    from {{ ref('int_subscription_items__mrr') }}
),

seats as (
    select
        days.account_id,
        days.health_date,
        max_by(items.quantity, (items.mrr_minor, items.subscription_item_id))
            as seat_count
    from days
    inner join items
        on days.account_id = items.account_id
        and items.valid_from < days.day_ends_at
        and days.day_ends_at <= items.valid_to
    group by days.account_id, days.health_date
),

payments as (
    select
        days.account_id,
        days.health_date,
        max(
            case
                when late.status in ('past_due', 'unpaid')
                    then {{ microseconds_between(
                        'late.stretch_from', 'days.day_ends_at'
                    ) }}
                        / 86400000000.0
                else 0.0
            end
        ) as late_days,
        min(late.announced_end_at) as ends_at
    from days
    inner join late
        on days.account_id = late.account_id
        and late.valid_from < days.day_ends_at
        and days.day_ends_at <= late.valid_to
    group by days.account_id, days.health_date
),

final as (
    select
        days.account_id,
        days.health_date,
        seats.seat_count,
        payments.late_days,
        payments.ends_at
    from days
    left join seats
        on days.account_id = seats.account_id and days.health_date = seats.health_date
    left join payments
        on days.account_id = payments.account_id
        and days.health_date = payments.health_date
)

select * from final
