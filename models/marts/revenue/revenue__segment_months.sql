-- depends_on: {{ ref('gate_core') }}
{%- set dimensions = ['plan', 'segment', 'region', 'owner_id'] %}

with

months as (
    select * from {{ ref('int_accounts__mrr_months') }}
),

calendar as (
    select * from {{ ref('int_calendar__revenue_months') }}
),

history as (
    select * from {{ ref('dim_account_history') }}
),

-- every account as it was when the month was measured
placed as (
    select
        months.*,
        history.plan,
        history.segment,
        history.region,
        history.owner_id
    from months
    inner join calendar
        on months.month = calendar.month
    left join history
        on months.account_id = history.account_id
        and history.valid_from <= calendar.measured_at
        and calendar.measured_at < coalesce(history.valid_to, {{ end_of_time() }})
),

valued as (
    {% for dimension in dimensions -%}
    select
        *,
        '{{ dimension }}' as dimension,
        coalesce({{ dimension }}, 'unknown') as dimension_value
    from placed
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

sums as (
    select
        dimension,
        dimension_value,
        month,
        currency,
        bool_or(is_open) as is_open,
        cast(sum(previous_mrr_minor) as bigint) as start_minor,
        {{ bridge_parts('movement_type', 'movement_minor') }},
        cast(sum(mrr_minor) as bigint) as end_minor,
        count(case when mrr_minor > 0 then 1 end) as customer_count
    from valued
    group by dimension, dimension_value, month, currency
),

final as (
    select
        *,
        {{ safe_divide('(churn_minor + contraction_minor)', 'start_minor') }}
            as gross_mrr_churn_rate
    from sums
)

select * from final
