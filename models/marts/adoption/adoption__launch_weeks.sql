-- depends_on: {{ ref('gate_core') }}
with

launches as (
    select
        *,
        cast(date_trunc('week', launched_on) as date) as launch_week
    from {{ ref('adoption__features') }}
    where launched_on is not null
),

calendar as (
    select * from {{ ref('int_calendar__periods') }}
    where period_type = 'week'
),

begun as (
    select min(period_start) as first_week from calendar
),

used as (
    select * from {{ ref('int_actors__features') }}
),

{% for name in ['tried', 'adopted'] -%}
{{ name }} as (
    select
        grain,
        feature,
        cast(date_trunc('week', {{ name }}_on) as date) as week_start,
        count(*) as {{ name }}_count
    from used
    where {{ name }}_on is not null
    group by grain, feature, cast(date_trunc('week', {{ name }}_on) as date)
),

{% endfor -%}

active as (
    select
        grain,
        feature,
        cast(date_trunc('week', activity_date) as date) as week_start,
        count(distinct actor_key) as active_count
    from {{ ref('int_actors__feature_days') }}
    group by grain, feature, cast(date_trunc('week', activity_date) as date)
),

-- Only launches that fall into the time of which there are events. Uses before the
-- launch (a beta) are in the first week's sums.
weeks as (
    select
        launches.grain,
        launches.feature,
        launches.launched_on,
        launches.launch_week,
        calendar.period_start as week_start,
        calendar.is_open,
        {% for name in ['tried', 'adopted'] -%}
        sum(coalesce({{ name }}.{{ name }}_count, 0)) over (
            partition by launches.grain, launches.feature
            order by calendar.period_start
            rows between unbounded preceding and current row
        ) as {{ name }}_count,
        {% endfor -%}
        coalesce(active.active_count, 0) as active_count
    from launches
    cross join calendar
    inner join begun on launches.launch_week >= begun.first_week
    {% for name in ['tried', 'adopted', 'active'] -%}
    left join {{ name }}
        on launches.grain = {{ name }}.grain
        and launches.feature = {{ name }}.feature
        and calendar.period_start = {{ name }}.week_start
    {% endfor %}
),

final as (
    select
        grain,
        feature,
        launched_on,
        week_start,
        cast({{ periods_between("'week'", 'launch_week', 'week_start') }} as bigint)
            as week_number,
        cast(tried_count as bigint) as tried_count,
        cast(adopted_count as bigint) as adopted_count,
        cast(active_count as bigint) as active_count,
        is_open
    from weeks
    where week_start >= launch_week
)

select * from final
