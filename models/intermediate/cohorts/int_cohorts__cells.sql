with

activity as (
    select active.*, not calendar.is_open as is_closed
    from {{ ref('int_actors__active_periods') }} as active
    inner join {{ ref('int_calendar__periods') }} as calendar
        on active.period_type = calendar.period_type
        and active.period_start = calendar.period_start
),

actors as (
    select
        grain,
        period_type,
        cohort_start,
        actor_key,
        max(case when is_closed then period_number end) as last_closed_number,
        max(case when period_number = active_period_count - 1 then period_number end)
            as last_unbroken_number
    from activity
    group by grain, period_type, cohort_start, actor_key
),

cohorts as (
    select grain, period_type, cohort_start, count(*) as cohort_size
    from actors
    group by grain, period_type, cohort_start
),

cells as (
    select
        cohorts.*,
        {{ periods_between(
            'cohorts.period_type', 'cohorts.cohort_start', 'calendar.period_start'
        ) }} as period_number,
        calendar.is_open
    from cohorts
    inner join {{ ref('int_calendar__periods') }} as calendar
        on cohorts.period_type = calendar.period_type
        and cohorts.cohort_start <= calendar.period_start
),

-- How many actors' count falls at each number; unbounded and continuous then sum these
-- from the far end.
marks as (
    select
        'n_period' as retention_type,
        grain,
        period_type,
        cohort_start,
        period_number,
        count(*) as actor_count
    from activity
    group by grain, period_type, cohort_start, period_number
    union all
    select
        'unbounded' as retention_type,
        grain,
        period_type,
        cohort_start,
        last_closed_number as period_number,
        count(*) as actor_count
    from actors
    where last_closed_number is not null
    group by grain, period_type, cohort_start, last_closed_number
    union all
    select
        'continuous' as retention_type,
        grain,
        period_type,
        cohort_start,
        last_unbroken_number as period_number,
        count(*) as actor_count
    from actors
    group by grain, period_type, cohort_start, last_unbroken_number
),

retention_types as (
    select 'n_period' as retention_type
    union all
    select 'unbounded' as retention_type
    union all
    select 'continuous' as retention_type
),

counted as (
    select
        cells.*,
        retention_types.retention_type,
        coalesce(marks.actor_count, 0) as actor_count,
        sum(coalesce(marks.actor_count, 0)) over (
            partition by
                cells.grain, cells.period_type, cells.cohort_start,
                retention_types.retention_type
            order by cells.period_number desc
            rows between unbounded preceding and current row
        ) as actor_count_from_here_on
    from cells
    cross join retention_types
    left join marks
        on retention_types.retention_type = marks.retention_type
        and cells.grain = marks.grain
        and cells.period_type = marks.period_type
        and cells.cohort_start = marks.cohort_start
        and cells.period_number = marks.period_number
),

final as (
    select
        grain,
        period_type,
        retention_type,
        cohort_start,
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

select * from final
