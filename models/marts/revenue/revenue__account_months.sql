-- depends_on: {{ ref('gate_core') }}
with

months as (
    select * from {{ ref('int_accounts__mrr_months') }}
),

parts as (
    select * from {{ ref('int_accounts__movement_parts') }}
),

churns as (
    select * from {{ ref('int_accounts__churns') }}
),

usage as (
    select * from {{ ref('int_accounts__usage_months') }}
),

final as (
    select
        months.account_id,
        months.month,
        months.currency,
        months.is_open,
        months.mrr_minor,
        months.committed_mrr_minor,
        months.past_due_mrr_minor,
        coalesce(usage.usage_mrr_trailing_3m_minor, 0) as usage_mrr_trailing_3m_minor,
        months.previous_mrr_minor,
        months.movement_type,
        months.movement_minor,
        case
            when
                months.movement_type in ('expansion', 'contraction')
                then parts.seats_minor
        end
            as seats_minor,
        case
            when
                months.movement_type in ('expansion', 'contraction')
                then parts.price_minor
        end
            as price_minor,
        case
            when
                months.movement_type in ('expansion', 'contraction')
                then parts.plan_minor
        end
            as plan_minor,
        churns.churn_kind,
        churns.churn_reason,
        months.is_currency_change
    from months
    left join parts
        on months.account_id = parts.account_id
        and months.currency = parts.currency
        and months.month = parts.month
    left join churns
        on months.account_id = churns.account_id
        and months.currency = churns.currency
        and months.month = churns.month
    left join usage
        on months.account_id = usage.account_id
        and months.currency = usage.currency
        and months.month = usage.month
)

select * from final
