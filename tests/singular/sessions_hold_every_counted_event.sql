-- Every counted track, page and screen is in one session, and sessions hold nothing else.
with

members as (
    select
        count(*) as event_count,
        count(case when session_id is null then 1 end) as homeless_count
    from {{ ref('fct_events') }}
    where exclusion_reason is null and message_type in ('track', 'page', 'screen')
),

placed as (
    select count(*) as event_count
    from {{ ref('fct_events') }}
    where session_id is not null
),

sessions as (
    select coalesce(sum(event_count), 0) as event_count from {{ ref('fct_sessions') }}
)

select *
from members
cross join placed
cross join sessions
where members.homeless_count > 0
    or members.event_count <> sessions.event_count
    or placed.event_count <> sessions.event_count
