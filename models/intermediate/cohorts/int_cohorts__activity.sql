with

activity as (
    {% for model in ['int_actors__active_periods', 'int_actors__active_windows'] -%}
    select
        grain,
        actor_key,
        period_type,
        cohort_start,
        period_start,
        period_number,
        active_period_count
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        activity.*,
        not calendar.is_open as is_closed
    from activity
    inner join {{ ref('int_cohorts__calendar') }} as calendar
        on activity.period_type = calendar.period_type
        and activity.period_start = calendar.period_start
)

select * from final
