with

days as (
    select
        *,
        min(first_event_at) over (partition by grain, actor_key) as first_active_at
    from {{ ref('int_actors__active_days') }}
),

-- A calendar day holds the end of one window and the beginning of the next.
ends as (
    select
        grain, actor_key, first_active_at, first_event_at as event_at
    from days
    union all
    select
        grain, actor_key, first_active_at, last_event_at as event_at
    from days
),

windows as (
    select
        grain,
        actor_key,
        cast(first_active_at as date) as cohort_start,
        {{ whole_quotient(
            microseconds_between('first_active_at', 'event_at'), '86400000000'
        ) }} as period_number
    from ends
    group by grain, actor_key, first_active_at, {{ whole_quotient(
        microseconds_between('first_active_at', 'event_at'), '86400000000'
    ) }}
),

final as (
    select
        grain,
        actor_key,
        '24_hours' as period_type,
        cohort_start,
        {{ add_days('cohort_start', 'period_number') }} as period_start,
        period_number,
        row_number() over (
            partition by grain, actor_key order by period_number
        ) as active_period_count
    from windows
)

select * from final
