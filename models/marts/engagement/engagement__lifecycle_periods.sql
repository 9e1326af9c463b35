-- depends_on: {{ ref('gate_core') }}
with

periods as (
    select * from {{ ref('int_calendar__periods') }}
),

activity as (
    select * from {{ ref('int_actors__active_periods') }}
),

grains as (
    select 'user' as grain
    union all
    select 'account' as grain
),

active_counts as (
    select
        grain,
        period_type,
        period_start,
        count(*) as active_count,
        count(case when period_start = cohort_start then 1 end) as new_count,
        count(case when was_active_before then 1 end) as returning_count,
        count(
            case when period_start > cohort_start and not was_active_before then 1 end
        )
            as resurrected_count
    from activity
    group by grain, period_type, period_start
),

-- Dormant is stamped once, on the first period without activity.
dormant_counts as (
    select
        grain, period_type, next_period_start as period_start, count(*) as dormant_count
    from activity
    where next_active_start is null or next_active_start > next_period_start
    group by grain, period_type, next_period_start
),

final as (
    select
        grains.grain,
        periods.period_type,
        periods.period_start,
        cast(coalesce(active_counts.active_count, 0) as bigint) as active_count,
        cast(coalesce(active_counts.new_count, 0) as bigint) as new_count,
        cast(coalesce(active_counts.returning_count, 0) as bigint) as returning_count,
        cast(coalesce(active_counts.resurrected_count, 0) as bigint)
            as resurrected_count,
        cast(
            case
                when not periods.is_open then coalesce(dormant_counts.dormant_count, 0)
            end
            as bigint
        ) as dormant_count,
        periods.is_open
    from grains
    cross join periods
    left join active_counts
        on grains.grain = active_counts.grain
        and periods.period_type = active_counts.period_type
        and periods.period_start = active_counts.period_start
    left join dormant_counts
        on grains.grain = dormant_counts.grain
        and periods.period_type = dormant_counts.period_type
        and periods.period_start = dormant_counts.period_start
)

select * from final
