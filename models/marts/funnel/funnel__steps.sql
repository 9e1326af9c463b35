-- depends_on: {{ ref('gate_core') }}
with

steps as (
    select funnel_id, step_number, max(kind) as kind
    from {{ ref('stg_definitions__funnel_steps') }}
    where kind in ('step', 'optional')
    group by funnel_id, step_number
),

attempts as (
    select * from {{ ref('int_funnels__attempts') }}
    where not is_excluded
),

reached as (
    select
        funnel_id,
        step_number,
        count(*) as actor_count,
        count(case when not has_open_window then 1 end) as mature_count,
        median(microseconds_from_previous)
        / cast(1000000 as double) as median_seconds_from_previous
    from attempts
    group by funnel_id, step_number
),

counted as (
    select
        steps.funnel_id,
        steps.step_number,
        steps.kind,
        coalesce(reached.actor_count, 0) as actor_count,
        coalesce(reached.mature_count, 0) as mature_count,
        reached.median_seconds_from_previous
    from steps
    left join reached
        on steps.funnel_id = reached.funnel_id
        and steps.step_number = reached.step_number
),

-- A step is compared with the last mandatory one before it.
compared as (
    select
        *,
        first_value(mature_count) over (
            partition by funnel_id order by step_number
            rows between unbounded preceding and unbounded following
        ) as first_mature_count,
        {{ last_known(
            "case when kind = 'step' then mature_count end",
            'partition by funnel_id order by step_number'
            ~ ' rows between unbounded preceding and 1 preceding',
        ) }} as previous_mature_count
    from counted
),

final as (
    select
        funnel_id,
        step_number,
        kind = 'optional' as is_optional,
        cast(actor_count as bigint) as actor_count,
        cast(mature_count as bigint) as mature_count,
        {{ safe_divide('mature_count', 'first_mature_count') }}
            as conversion_from_first,
        {{ safe_divide('mature_count', 'previous_mature_count') }}
            as conversion_from_previous,
        median_seconds_from_previous
    from compared
)

select * from final
