with

versions as (
    select * from {{ ref('int_tickets__versions') }}
),

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

-- The first version reaches back to the creation; one that is solved already only to
-- when it says that it was solved, if that may be.
dated as (
    select
        *,
        case
            when not is_first then valid_from
            when is_solved and solved_at < created_at then created_at
            when is_solved and solved_at < valid_from then solved_at
            when is_solved then valid_from
            else created_at
        end as status_from,
        is_first and created_at < valid_from as is_inferred
    from versions
),

-- Before it was solved, it was open.
statuses as (
    select ticket_id, status, is_solved, status_from, is_inferred
    from dated
    union all
    select
        ticket_id,
        'new' as status,
        false as is_solved,
        created_at as status_from,
        true as is_inferred
    from dated
    where is_first and is_solved and created_at < status_from
),

changes as (
    select
        *,
        coalesce(
            lag(status) over (partition by ticket_id order by status_from) <> status,
            true
        ) as is_change,
        coalesce(
            lag(is_solved) over (partition by ticket_id order by status_from), false
        ) as was_solved
    from statuses
),

intervals as (
    select
        *,
        row_number() over (
            partition by ticket_id order by status_from
        ) as interval_number,
        lead(status_from) over (partition by ticket_id order by status_from) as left_at
    from changes
    where is_change
),

final as (
    select
        intervals.ticket_id,
        cast(intervals.interval_number as bigint) as interval_number,
        intervals.status,
        intervals.is_solved,
        intervals.is_solved and not intervals.was_solved as is_solution,
        not intervals.is_solved and intervals.was_solved as is_reopening,
        intervals.status_from as entered_at,
        intervals.left_at,
        {{ microseconds_between(
            'intervals.status_from', 'coalesce(intervals.left_at, clock.as_of_at)'
        ) }} / cast(1000000 as double) as duration_seconds,
        intervals.is_inferred
    from intervals
    cross join clock
)

select * from final
