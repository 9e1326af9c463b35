-- The facts are the accepted lines, no more and no fewer; every counted track, page and
-- screen is in one session, and sessions hold nothing else. One pass over the view.
with

events as (
    select
        count(*) as event_count,
        count(session_id) as placed_count,
        count(
            case
                when exclusion_reason is null
                    and message_type in ('track', 'page', 'screen') then 1
            end
        ) as counted_count,
        count(
            case
                when session_id is not null
                    and exclusion_reason is null
                    and message_type in ('track', 'page', 'screen') then 1
            end
        ) as counted_and_placed_count
    from {{ ref('fct_events') }}
),

accepted as (
    select coalesce(sum(row_count), 0) as line_count
    from {{ ref('event_conservation') }}
    where outcome = 'accepted'
),

sessions as (
    select coalesce(sum(event_count), 0) as event_count from {{ ref('fct_sessions') }}
)

select
    events.event_count,
    events.placed_count,
    events.counted_count,
    events.counted_and_placed_count,
    accepted.line_count,
    sessions.event_count as session_event_count
from events
cross join accepted
cross join sessions
where events.event_count <> accepted.line_count
    or events.counted_count <> events.placed_count
    or events.counted_count <> events.counted_and_placed_count
    or events.counted_count <> sessions.event_count
