-- depends_on: {{ ref('gate_core') }}
with

months as (
    select * from {{ ref('int_accounts__reporting_months') }}
),

sums as (
    select
        month,
        bool_or(is_open) as is_open,
        bool_and(has_rate and start_minor is not null) as is_complete,
        count(distinct case when not has_rate then currency end) as missing_rate_count,
        cast(sum(start_minor) as bigint) as start_minor,
        {{ bridge_parts('movement_type', 'movement_minor') }},
        cast(sum(previous_mrr_minor - start_minor) as bigint) as fx_minor,
        cast(sum(end_minor) as bigint) as end_minor,
        cast(sum(year_ago_mrr_minor) as bigint) as year_ago_minor,
        cast(sum(case when year_ago_mrr_minor > 0 then end_minor else 0 end) as bigint)
            as retained_minor,
        cast(sum(
            case
                when
                    year_ago_mrr_minor > 0
                    then least(end_minor, year_ago_mrr_minor)
                else 0
            end
        ) as bigint) as gross_retained_minor
    from months
    group by month
),

-- a sum that lacks a currency is no sum
final as (
    select
        month,
        '{{ var("reporting_currency") | lower }}' as currency,
        is_open,
        is_complete,
        missing_rate_count,
        {% for amount in [
            'start', 'new', 'reactivation', 'expansion', 'contraction', 'churn', 'fx', 'end'
        ] -%}
        case when is_complete then {{ amount }}_minor end as {{ amount }}_minor,
        {% endfor -%}
        case
            when is_complete then {{ safe_divide('retained_minor', 'year_ago_minor') }}
        end as nrr,
        case
            when
                is_complete
                then {{ safe_divide('gross_retained_minor', 'year_ago_minor') }}
        end
            as grr
    from sums
)

select * from final
