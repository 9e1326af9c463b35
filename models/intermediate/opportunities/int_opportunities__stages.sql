with

versions as (
    select * from {{ ref('int_opportunities__versions') }}
),

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

changes as (
    select
        *,
        coalesce(
            lag(stage_name) over (
                partition by opportunity_id order by valid_from
            ) <> stage_name,
            true
        ) as is_change
    from versions
),

placed as (
    select
        *,
        sum(case when is_change then 1 else 0 end) over (
            partition by opportunity_id order by valid_from
            rows between unbounded preceding and current row
        ) as stage_number
    from changes
),

stretches as (
    select
        opportunity_id,
        cast(stage_number as bigint) as stage_number,
        stage_name,
        min_by(owner_id, valid_from) as owner_id,
        min(case when is_first then created_at else valid_from end) as entered_at,
        bool_or(is_first and created_at < valid_from) as is_inferred,
        not max_by(is_closed, valid_from) as is_open_stage
    from placed
    group by opportunity_id, stage_number, stage_name
),

bounded as (
    select
        *,
        lead(entered_at) over (
            partition by opportunity_id order by stage_number
        ) as left_at
    from stretches
),

final as (
    select
        bounded.opportunity_id,
        bounded.stage_number,
        bounded.stage_name,
        bounded.owner_id,
        bounded.is_open_stage,
        bounded.entered_at,
        bounded.left_at,
        {{ microseconds_between(
            'bounded.entered_at', 'coalesce(bounded.left_at, clock.as_of_at)'
        ) }} / cast(1000000 as double) as duration_seconds,
        bounded.is_inferred
    from bounded
    cross join clock
)

select * from final
