with

months as (
    select * from {{ ref('int_calendar__revenue_months') }}
),

items as (
    select * from {{ ref('int_subscription_items__months') }}
),

totals as (
    select
        account_id,
        currency,
        month,
        cast(sum(mrr_minor) as bigint) as mrr_minor,
        cast(sum(case when is_committed then mrr_minor else 0 end) as bigint)
            as committed_mrr_minor,
        cast(sum(case when status = 'past_due' then mrr_minor else 0 end) as bigint)
            as past_due_mrr_minor
    from items
    group by account_id, currency, month
),

first_paid as (
    select
        account_id,
        currency,
        min(month) as first_month
    from totals
    where mrr_minor > 0
    group by account_id, currency
),

spine as (
    select
        first_paid.account_id,
        first_paid.currency,
        months.month,
        months.is_open
    from first_paid
    inner join months
        on first_paid.first_month <= months.month
),

valued as (
    select
        spine.account_id,
        spine.currency,
        spine.month,
        spine.is_open,
        coalesce(totals.mrr_minor, 0) as mrr_minor,
        coalesce(totals.committed_mrr_minor, 0) as committed_mrr_minor,
        coalesce(totals.past_due_mrr_minor, 0) as past_due_mrr_minor
    from spine
    left join totals
        on spine.account_id = totals.account_id
        and spine.currency = totals.currency
        and spine.month = totals.month
),

compared as (
    select
        *,
        coalesce(lag(mrr_minor) over (
            partition by account_id, currency order by month
        ), 0) as previous_mrr_minor,
        lag(mrr_minor, 12) over (
            partition by account_id, currency order by month
        ) as year_ago_mrr_minor,
        coalesce(max(case when mrr_minor > 0 then 1 else 0 end) over (
            partition by account_id, currency order by month
            rows between unbounded preceding and 1 preceding
        ), 0) = 1 as has_paid_before
    from valued
),

typed as (
    select
        *,
        case
            when
                previous_mrr_minor = 0 and mrr_minor > 0 and not has_paid_before
                then 'new'
            when previous_mrr_minor = 0 and mrr_minor > 0 then 'reactivation'
            when previous_mrr_minor > 0 and mrr_minor = 0 then 'churn'
            when mrr_minor > previous_mrr_minor then 'expansion'
            when mrr_minor < previous_mrr_minor then 'contraction'
            else 'none'
        end as movement_type
    from compared
),

-- one currency ended in the month in which another began
switches as (
    select
        account_id,
        month
    from typed
    group by account_id, month
    having
        count(case when movement_type = 'churn' then 1 end) > 0
        and count(case when movement_type in ('new', 'reactivation') then 1 end) > 0
),

final as (
    select
        typed.*,
        typed.mrr_minor - typed.previous_mrr_minor as movement_minor,
        switches.account_id is not null
        and typed.movement_type in ('churn', 'new', 'reactivation')
            as is_currency_change
    from typed
    left join switches
        on typed.account_id = switches.account_id
        and typed.month = switches.month
)

select * from final
