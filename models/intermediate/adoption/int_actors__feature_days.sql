with

plan as (
    select * from {{ ref('stg_definitions__tracking_plan') }}
),

whole_plan as (
    select count(*) = 0 as is_empty from plan
),

-- Without a plan every event is a feature of its own.
named as (
    select
        signals.*,
        case when whole_plan.is_empty then names.event_name else plan.feature end
            as feature
    from {{ ref('int_users__signals') }} as signals
    cross join whole_plan
    inner join {{ ref('int_events__names') }} as names
        on signals.event_key = names.event_key
    left join plan
        on signals.event_key = plan.event_key
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
