with

clock as (
    select *, cast(as_of_at as date) as as_of_date from {{ ref('int_clock__horizons') }}
),

plan as (
    select * from {{ ref('stg_definitions__tracking_plan') }}
),

whole_plan as (
    select count(*) = 0 as is_empty from plan
),

-- The aggregate of whole days, and event by event the day that the horizon may cut.
used as (
    select
        daily.user_key,
        daily.account_key,
        daily.event_key,
        daily.event_date as activity_date,
        daily.event_count,
        daily.first_event_at
    from {{ ref('int_events__daily_classified') }} as daily
    cross join clock
    where daily.is_active_signal
        and daily.exclusion_reason is null
        and daily.user_key is not null
        and daily.event_date < clock.as_of_date
    union all
    select
        counted.user_key,
        counted.account_key,
        counted.event_key,
        counted.event_date as activity_date,
        1 as event_count,
        counted.event_at as first_event_at
    from {{ ref('int_events__counted') }} as counted
    cross join clock
    where counted.is_active_signal
        and counted.user_key is not null
        and counted.event_date = clock.as_of_date
),

-- Without a plan every event is a feature of its own.
named as (
    select
        used.*,
        case when whole_plan.is_empty then names.event_name else plan.feature end
            as feature
    from used
    cross join whole_plan
    inner join {{ ref('int_events__names') }} as names
        on used.event_key = names.event_key
    left join plan
        on used.event_key = plan.event_key
),

final as (
    {% for grain in ['user', 'account'] -%}
    select
        '{{ grain }}' as grain,
        {{ grain }}_key as actor_key,
        feature,
        activity_date,
        cast(sum(event_count) as bigint) as event_count,
        min(first_event_at) as first_event_at
    from named
    where feature is not null and {{ grain }}_key is not null
    group by {{ grain }}_key, feature, activity_date
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
