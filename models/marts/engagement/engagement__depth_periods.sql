-- depends_on: {{ ref('gate_core') }}
with

user_days as (
    select
        ids.user_id,
        days.activity_date,
        sum(days.event_count) as event_count
    from {{ ref('int_users__account_days') }} as days
    inner join {{ ref('int_users__ids') }} as ids on days.user_key = ids.user_key
    group by ids.user_id, days.activity_date
),

features as (
    select
        ids.user_id,
        days.activity_date,
        count(*) as feature_count
    from {{ ref('int_actors__feature_days') }} as days
    inner join {{ ref('int_users__ids') }} as ids on days.actor_key = ids.user_key
    where days.grain = 'user'
    group by ids.user_id, days.activity_date
),

-- A session counts on the day that it began; one of a day and more was no session.
minutes as (
    select
        user_id,
        cast(started_at as date) as activity_date,
        sum({{ microseconds_between('started_at', 'ended_at') }}) as microseconds
    from {{ ref('fct_sessions') }}
    where not is_overlong
    group by user_id, cast(started_at as date)
),

deep as (
    select
        user_days.activity_date,
        user_days.user_id,
        user_days.event_count,
        coalesce(features.feature_count, 0) as feature_count,
        coalesce(minutes.microseconds, 0) as microseconds
    from user_days
    left join features
        on user_days.user_id = features.user_id
        and user_days.activity_date = features.activity_date
    left join minutes
        on user_days.user_id = minutes.user_id
        and user_days.activity_date = minutes.activity_date
),

placed as (
    {% for period_type in ['day', 'week', 'month'] -%}
    select
        '{{ period_type }}' as period_type,
        cast(date_trunc('{{ period_type }}', activity_date) as date) as period_start,
        *
    from deep
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

counted as (
    select
        period_type,
        period_start,
        count(distinct user_id) as active_user_count,
        count(*) as user_day_count,
        sum(event_count) as event_count,
        median(event_count) as median_events_per_user_day,
        sum(feature_count) as feature_count,
        sum(microseconds) as microseconds
    from placed
    group by period_type, period_start
),

final as (
    select
        periods.period_type,
        periods.period_start,
        {% for name in ['active_user', 'user_day', 'event'] -%}
        cast(coalesce(counted.{{ name }}_count, 0) as bigint) as {{ name }}_count,
        {% endfor -%}
        {{ safe_divide('counted.event_count', 'counted.user_day_count') }}
            as events_per_user_day,
        cast(counted.median_events_per_user_day as double)
            as median_events_per_user_day,
        {{ safe_divide('counted.feature_count', 'counted.user_day_count') }}
            as features_per_user_day,
        {{ safe_divide(
            'counted.microseconds / cast(60000000 as double)', 'counted.user_day_count'
        ) }} as minutes_per_user_day,
        {{ safe_divide('counted.user_day_count', 'counted.active_user_count') }}
            as days_per_user,
        periods.is_open
    from {{ ref('int_calendar__periods') }} as periods
    left join counted
        on periods.period_type = counted.period_type
        and periods.period_start = counted.period_start
)

select * from final
