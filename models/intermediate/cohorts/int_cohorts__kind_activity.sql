with

entered as (
    {% for period_type in ['week', 'month'] -%}
    select
        *,
        '{{ period_type }}' as period_type,
        cast(date_trunc('{{ period_type }}', entered_at) as date) as cohort_start
    from {{ ref('int_cohorts__entries') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

activity as (
    select * from {{ ref('int_cohorts__activity') }}
),

-- Who was never active since has a row without a period.
joined as (
    select
        entered.cohort_kind,
        entered.cohort_name,
        entered.grain,
        entered.actor_key,
        entered.period_type,
        entered.cohort_start,
        activity.is_closed,
        {{ periods_between(
            'entered.period_type', 'entered.cohort_start', 'activity.period_start'
        ) }} as period_number
    from entered
    left join activity
        on entered.grain = activity.grain
        and entered.actor_key = activity.actor_key
        and entered.period_type = activity.period_type
        and entered.cohort_start <= activity.period_start
),

numbered as (
    select
        *,
        row_number() over (
            partition by cohort_kind, cohort_name, grain, actor_key, period_type
            order by period_number
        ) as place
    from joined
),

final as (
    select
        cohort_kind,
        cohort_name,
        grain,
        actor_key,
        period_type,
        cohort_start,
        is_closed,
        period_number,
        case when period_number is not null then place end as active_period_count
    from numbered
)

select * from final
