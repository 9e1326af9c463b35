with

active_days as (
    select * from {{ ref('int_actors__active_days') }}
),

periods as (
    {% for period_type in ['day', 'week', 'month'] -%}
    select
        grain,
        actor_key,
        '{{ period_type }}' as period_type,
        cast(date_trunc('{{ period_type }}', activity_date) as date) as period_start,
        max(activity_date) as last_active_date
    from active_days
    group by
        grain, actor_key, cast(date_trunc('{{ period_type }}', activity_date) as date)
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

placed as (
    select
        *,
        min(period_start) over by_actor as cohort_start,
        lag(period_start) over by_actor_in_order as previous_active_start,
        lead(period_start) over by_actor_in_order as next_active_start,
        row_number() over by_actor_in_order as active_period_count
    from periods
    window
        by_actor as (partition by grain, actor_key, period_type),
        by_actor_in_order as (
            partition by grain, actor_key, period_type order by period_start
        )
),

final as (
    select
        grain,
        actor_key,
        period_type,
        period_start,
        last_active_date,
        cohort_start,
        {{ periods_between('period_type', 'cohort_start', 'period_start') }}
            as period_number,
        previous_active_start,
        next_active_start,
        active_period_count,
        {{ add_periods('period_start', 'period_type', 1) }} as next_period_start,
        previous_active_start = {{ add_periods('period_start', 'period_type', -1) }}
            as was_active_before
    from placed
)

select * from final
