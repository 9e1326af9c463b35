-- depends_on: {{ ref('gate_core') }}
with

accounts as (
    select * from {{ ref('dim_accounts') }}
    where not is_internal
),

health as (
    select *
    from {{ ref('account_health__account_days') }}
    qualify row_number() over (partition by account_id order by health_date desc) = 1
),

weakest as (
    select
        components.account_id,
        components.component
    from {{ ref('account_health__components') }} as components
    inner join health
        on components.account_id = health.account_id
        and components.health_date = health.health_date
    where components.sub_score is not null
    qualify row_number() over (
            partition by components.account_id
            order by
                components.weight * (100 - components.sub_score) desc,
                components.component
        ) = 1
),

usage as (
    select *
    from {{ ref('int_accounts__health_usage') }}
    qualify row_number() over (partition by account_id order by health_date desc) = 1
),

last_use as (
    select
        account_id,
        max(activity_date) as last_active_date
    from {{ ref('int_accounts__user_days') }}
    group by account_id
),

-- of several currencies the one with the largest amount; currency_count tells of more
money as (
    select
        *,
        min(month) over (partition by account_id) as customer_since_month,
        count(case when is_open and mrr_minor > 0 then 1 end)
            over (partition by account_id)
            as currency_count
    from {{ ref('revenue__account_months') }}
    qualify row_number() over (
            partition by account_id order by month desc, mrr_minor desc, currency asc
        ) = 1
),

ends as (
    select
        intervals.account_id,
        min(intervals.announced_end_at) as announced_end_at
    from {{ ref('fct_mrr_intervals') }} as intervals
    cross join {{ ref('int_clock__horizons') }} as clock
    where
        intervals.valid_from <= clock.as_of_at
        and clock.as_of_at < coalesce(intervals.valid_to, {{ end_of_time() }})
    group by intervals.account_id
),

dunning as (
    select
        account_id,
        count(*) as open_failed_invoice_count,
        max(days_past_due) as days_past_due
    from {{ ref('revenue__dunning') }}
    where outcome = 'pending'
    group by account_id
),

tickets as (
    select
        tickets.account_id,
        count(case when tickets.is_open then 1 end) as open_ticket_count,
        count(case
            when {{ add_seconds('clock.as_of_at', '-2419200') }} < tickets.created_at
                then 1
        end) as ticket_count_28d,
        count(case when tickets.satisfaction = 'bad' then 1 end) as bad_rating_count
    from {{ ref('fct_tickets') }} as tickets
    cross join {{ ref('int_clock__horizons') }} as clock
    group by tickets.account_id
),

renewals as (
    select
        account_id,
        min(renewal_date) as next_renewal_date
    from {{ ref('revenue__renewals') }}
    where renewal_state in ('open', 'overdue')
    group by account_id
),

final as (
    select
        accounts.account_id,
        accounts.account_name,
        accounts.owner_id,
        accounts.plan,
        accounts.segment,
        accounts.region,
        accounts.match_method,
        accounts.match_confidence,
        money.customer_since_month,
        money.currency,
        money.mrr_minor,
        money.usage_mrr_trailing_3m_minor,
        money.movement_type as last_movement_type,
        coalesce(money.currency_count, 0) as currency_count,
        ends.announced_end_at,
        coalesce(dunning.open_failed_invoice_count, 0) as open_failed_invoice_count,
        dunning.days_past_due,
        renewals.next_renewal_date,
        health.health_date,
        health.score,
        health.band,
        health.coverage_share,
        health.score_change_28d,
        weakest.component as weakest_component,
        coalesce(usage.active_user_count, 0) as active_user_count_28d,
        coalesce(usage.known_user_count, 0) as known_user_count,
        last_use.last_active_date,
        coalesce(tickets.open_ticket_count, 0) as open_ticket_count,
        coalesce(tickets.ticket_count_28d, 0) as ticket_count_28d,
        coalesce(tickets.bad_rating_count, 0) as bad_rating_count
    from accounts
    left join health on accounts.account_id = health.account_id
    left join weakest on accounts.account_id = weakest.account_id
    left join usage on accounts.account_id = usage.account_id
    left join last_use on accounts.account_id = last_use.account_id
    left join money on accounts.account_id = money.account_id
    left join ends on accounts.account_id = ends.account_id
    left join dunning on accounts.account_id = dunning.account_id
    left join tickets on accounts.account_id = tickets.account_id
    left join renewals on accounts.account_id = renewals.account_id
)

select * from final
