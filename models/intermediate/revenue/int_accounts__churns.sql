with

churned as (
    select
        account_id,
        currency,
        month
    from {{ ref('int_accounts__mrr_months') }}
    where movement_type = 'churn'
),

months as (
    select * from {{ ref('int_calendar__revenue_months') }}
),

lost as (
    select
        churned.account_id,
        churned.currency,
        churned.month,
        items.subscription_id
    from churned
    inner join {{ ref('int_subscription_items__months') }} as items
        on churned.account_id = items.account_id
        and churned.currency = items.currency
        and churned.month = {{ add_periods('items.month', "'month'", '1') }}
    where items.mrr_minor > 0
    group by churned.account_id, churned.currency, churned.month, items.subscription_id
),

endings as (
    select
        lost.account_id,
        lost.currency,
        lost.month,
        endings.reason,
        row_number() over (
            partition by lost.account_id, lost.currency, lost.month
            order by endings.ended_at desc, endings.subscription_id asc
        ) as recency
    from lost
    inner join months
        on lost.month = months.month
    inner join {{ ref('int_subscriptions__endings') }} as endings
        on lost.subscription_id = endings.subscription_id
        and endings.ended_at <= months.measured_at
),

-- the last subscription to end says why
final as (
    select
        churned.account_id,
        churned.currency,
        churned.month,
        case
            when endings.reason = 'payment_failed' then 'involuntary' else 'voluntary'
        end
            as churn_kind,
        -- no subscription ended: its items or their price went
        coalesce(endings.reason, 'nothing_billed') as churn_reason
    from churned
    left join endings
        on churned.account_id = endings.account_id
        and churned.currency = endings.currency
        and churned.month = endings.month
        and endings.recency = 1
)

select * from final
