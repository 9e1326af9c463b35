-- depends_on: {{ ref('gate_core') }}
with

months as (
    select * from {{ ref('int_accounts__mrr_months') }}
),

cohorts as (
    select
        *,
        min(month) over (partition by account_id, currency) as cohort_month,
        first_value(mrr_minor) over (
            partition by account_id, currency order by month
            rows between unbounded preceding and current row
        ) as first_mrr_minor
    from months
),

numbered as (
    select
        *,
        {{ periods_between("'month'", 'cohort_month', 'month') }} as period_number
    from cohorts
),

sums as (
    select
        currency,
        cohort_month,
        period_number,
        bool_or(is_open) as is_open,
        count(*) as cohort_size,
        cast(sum(first_mrr_minor) as bigint) as first_minor,
        cast(sum(mrr_minor) as bigint) as mrr_minor,
        cast(sum(least(mrr_minor, first_mrr_minor)) as bigint) as gross_retained_minor,
        count(case when mrr_minor > 0 then 1 end) as paying_count
    from numbered
    group by currency, cohort_month, period_number
),

-- an open month is no result yet
final as (
    select
        currency,
        cohort_month,
        period_number,
        is_open,
        cohort_size,
        case when not is_open then cohort_size end as eligible_count,
        first_minor,
        case when not is_open then mrr_minor end as mrr_minor,
        case when not is_open then gross_retained_minor end as gross_retained_minor,
        case when not is_open then paying_count end as retained_count,
        case when not is_open then {{ safe_divide('mrr_minor', 'first_minor') }} end
            as net_revenue_retention,
        case
            when
                not is_open
                then {{ safe_divide('gross_retained_minor', 'first_minor') }}
        end
            as gross_revenue_retention,
        case when not is_open then {{ safe_divide('paying_count', 'cohort_size') }} end
            as logo_retention
    from sums
)

select * from final
