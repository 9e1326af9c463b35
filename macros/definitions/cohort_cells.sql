{#
  CTEs, the last of which is `cells`: retention by cohort and period number, of three types. Every
  cohort has a cell for each period from its own to the horizon's. Expects the CTEs
    activity  a row per actor and active period: the keys, period_type, cohort_start, actor_key,
              period_number, active_period_count (active periods up to it), is_closed
    calendar  period_type, period_start, is_open of every period
  An actor whose period 0 has no activity is in the cohort all the same: give it a row with a
  period_number and an active_period_count of null.
    keys  the columns by which cohorts are kept apart, a list
#}
{% macro cohort_cells(keys) -%}
  {%- set by_cohort = (keys + ['period_type', 'cohort_start']) | join(', ') -%}
cohort_actors as (
    select
        {{ by_cohort }},
        actor_key,
        max(case when is_closed then period_number end) as last_closed_number,
        max(case when period_number = active_period_count - 1 then period_number end)
            as last_unbroken_number
    from activity
    group by {{ by_cohort }}, actor_key
),

cohorts as (
    select {{ by_cohort }}, count(*) as cohort_size
    from cohort_actors
    group by {{ by_cohort }}
),

-- How many actors' count falls at each number; unbounded and continuous then sum these
-- from the far end.
marks as (
    select 'n_period' as retention_type, {{ by_cohort }}, period_number, count(*) as actor_count
    from activity
    where period_number is not null
    group by {{ by_cohort }}, period_number
    {%- for type, number in {
        'unbounded': 'last_closed_number', 'continuous': 'last_unbroken_number'
    }.items() %}
    union all
    select
        '{{ type }}' as retention_type,
        {{ by_cohort }},
        {{ number }} as period_number,
        count(*) as actor_count
    from cohort_actors
    where {{ number }} is not null
    group by {{ by_cohort }}, {{ number }}
    {%- endfor %}
),

spine as (
    select
        cohorts.*,
        {{ periods_between(
            'cohorts.period_type', 'cohorts.cohort_start', 'calendar.period_start'
        ) }} as period_number,
        calendar.is_open,
        retention_types.retention_type
    from cohorts
    inner join calendar
        on cohorts.period_type = calendar.period_type
        and cohorts.cohort_start <= calendar.period_start
    cross join (
        select 'n_period' as retention_type
        union all
        select 'unbounded' as retention_type
        union all
        select 'continuous' as retention_type
    ) as retention_types
),

counted as (
    select
        spine.*,
        coalesce(marks.actor_count, 0) as actor_count,
        sum(coalesce(marks.actor_count, 0)) over (
            partition by
                {% for key in keys -%} spine.{{ key }}, {% endfor -%}
                spine.period_type, spine.cohort_start, spine.retention_type
            order by spine.period_number desc
            rows between unbounded preceding and current row
        ) as actor_count_from_here_on
    from spine
    left join marks
        on spine.retention_type = marks.retention_type
        and spine.period_type = marks.period_type
        and spine.cohort_start = marks.cohort_start
        and spine.period_number = marks.period_number
        {%- for key in keys %}
        and spine.{{ key }} = marks.{{ key }}
        {%- endfor %}
),

cells as (
    select
        {{ by_cohort }},
        retention_type,
        cast(period_number as bigint) as period_number,
        cast(cohort_size as bigint) as cohort_size,
        cast(case when not is_open then cohort_size end as bigint) as eligible_count,
        cast(
            case
                when is_open then null
                when retention_type = 'n_period' then actor_count
                else actor_count_from_here_on
            end
            as bigint
        ) as retained_count,
        is_open
    from counted
)
{%- endmacro %}
