{#
  CTEs, the last of which is `lifecycle`: actors by their place in their own history, per period.
  Dormant is stamped once, on the first period without activity. Expects the CTEs
    activity  the columns of int_actors__active_periods, and the keys
    spine     the keys, grain, period_type, period_start, is_open of every period to report
    keys  columns by which actors are kept apart beside their grain, a list
#}
{% macro lifecycle_counts(keys=[]) -%}
  {%- set by_period = ['grain', 'period_type'] + keys -%}
active_counts as (
    select
        {{ by_period | join(', ') }},
        period_start,
        count(*) as active_count,
        count(case when period_start = cohort_start then 1 end) as new_count,
        count(case when was_active_before then 1 end) as returning_count,
        count(
            case when period_start > cohort_start and not was_active_before then 1 end
        ) as resurrected_count
    from activity
    group by {{ by_period | join(', ') }}, period_start
),

dormant_counts as (
    select
        {{ by_period | join(', ') }},
        next_period_start as period_start,
        count(*) as dormant_count
    from activity
    where next_active_start is null or next_active_start > next_period_start
    group by {{ by_period | join(', ') }}, next_period_start
),

lifecycle as (
    select
        spine.{{ by_period | join(', spine.') }},
        spine.period_start,
        {% for name in ['active', 'new', 'returning', 'resurrected'] -%}
        cast(coalesce(active_counts.{{ name }}_count, 0) as bigint) as {{ name }}_count,
        {% endfor -%}
        cast(
            case when not spine.is_open then coalesce(dormant_counts.dormant_count, 0) end
            as bigint
        ) as dormant_count,
        spine.is_open
    from spine
    {% for name in ['active_counts', 'dormant_counts'] -%}
    left join {{ name }}
        on spine.period_start = {{ name }}.period_start
        {%- for key in by_period %}
        and spine.{{ key }} = {{ name }}.{{ key }}
        {%- endfor %}
    {% endfor %}
)
{%- endmacro %}
