with

months as (
    select * from {{ ref('revenue__account_months') }}
),

year_ago as (
    select
        account_id,
        currency,
        month,
        year_ago_mrr_minor
    from {{ ref('int_accounts__mrr_months') }}
),

sums as (
    select
        months.month,
        months.currency,
        bool_or(months.is_open) as is_open,
        cast(sum(months.previous_mrr_minor) as bigint) as start_minor,
        {{ bridge_parts('months.movement_type', 'months.movement_minor') }},
        cast(sum(months.mrr_minor) as bigint) as end_minor,
        cast(sum(months.committed_mrr_minor) as bigint) as committed_minor,
        cast(sum(months.past_due_mrr_minor) as bigint) as at_risk_minor,
        cast(sum(
            case
                when
                    months.churn_kind = 'involuntary'
                    then -months.movement_minor
                else 0
            end
        ) as bigint) as involuntary_churn_minor,
        cast(
            sum(
                case
                    when months.is_currency_change then months.movement_minor else 0
                end
            ) as bigint
        )
            as currency_change_minor,
        cast(sum(coalesce(year_ago.year_ago_mrr_minor, 0)) as bigint) as year_ago_minor,
        cast(sum(
            case when year_ago.year_ago_mrr_minor > 0 then months.mrr_minor else 0 end
        ) as bigint) as retained_minor,
        cast(sum(
            case
                when year_ago.year_ago_mrr_minor > 0
                    then least(months.mrr_minor, year_ago.year_ago_mrr_minor)
                else 0
            end
        ) as bigint) as gross_retained_minor,
        count(case when months.mrr_minor > 0 then 1 end) as customer_count,
        count(case when months.previous_mrr_minor > 0 then 1 end)
            as start_customer_count,
        count(
            case
                when
                    months.movement_type = 'new' and not months.is_currency_change
                    then 1
            end
        )
            as new_customer_count,
        count(
            case
                when
                    months.movement_type = 'reactivation'
                    and not months.is_currency_change
                    then 1
            end
        ) as reactivated_customer_count,
        count(
            case
                when
                    months.movement_type = 'churn' and not months.is_currency_change
                    then 1
            end
        )
            as churned_customer_count
    from months
    inner join year_ago
        on months.account_id = year_ago.account_id
        and months.currency = year_ago.currency
        and months.month = year_ago.month
    group by months.month, months.currency
),

final as (
    select
        month,
        currency,
        is_open,
        start_minor,
        new_minor,
        reactivation_minor,
        expansion_minor,
        contraction_minor,
        churn_minor,
        end_minor,
        committed_minor,
        at_risk_minor,
        churn_minor - involuntary_churn_minor as voluntary_churn_minor,
        involuntary_churn_minor,
        currency_change_minor,
        customer_count,
        start_customer_count,
        new_customer_count,
        reactivated_customer_count,
        churned_customer_count,
        {{ safe_divide('retained_minor', 'year_ago_minor') }} as nrr,
        {{ safe_divide('gross_retained_minor', 'year_ago_minor') }} as grr,
        {{ safe_divide('(churn_minor + contraction_minor)', 'start_minor') }}
            as gross_mrr_churn_rate,
        {{ safe_divide(
            '(start_minor + expansion_minor - contraction_minor - churn_minor)',
            'start_minor'
        ) }} as monthly_nrr,
        {{ safe_divide(
            '(start_minor - contraction_minor - churn_minor)', 'start_minor'
        ) }} as monthly_grr,
        {{ safe_divide(
            '(churn_minor + contraction_minor - expansion_minor - reactivation_minor)',
            'start_minor'
        ) }} as net_mrr_churn_rate,
        {{ safe_divide('churned_customer_count', 'start_customer_count') }}
            as logo_churn_rate,
        {{ safe_divide(
            '(new_minor + reactivation_minor + expansion_minor)',
            '(churn_minor + contraction_minor)'
        ) }} as quick_ratio,
        {{ safe_divide('end_minor', 'customer_count') }} as arpa_minor
    from sums
)

select * from final
