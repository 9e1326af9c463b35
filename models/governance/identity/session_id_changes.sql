with

sessions as (
    select
        *,
        coalesce(
            {{ microseconds_between(
                'lag(ended_at) over (partition by device_key order by started_at, ended_at)',
                'started_at',
            ) }} <= {{ (var('session_timeout_minutes') * 60000000) | int }},
            false
        ) as is_begun_by_user
    from {{ ref('int_events__sessions') }}
),

-- Sessions of which some events came in a later load than others.
members as (
    select
        sessions.session_id,
        sessions.started_at,
        sessions.is_begun_by_user,
        events.device_key,
        events.session_key,
        events.message_key,
        events.message_id,
        events.own_user_key,
        events.event_at,
        events.loaded_at
    from sessions
    inner join {{ ref('int_events__sessioned') }} as events
        on sessions.device_key = events.device_key
        and sessions.session_key = events.session_key
    where sessions.first_loaded_at < sessions.last_loaded_at
),

loads as (
    select distinct session_key, loaded_at from members
),

-- What was known of a session at each load of it.
known as (
    select
        members.*,
        loads.loaded_at as known_at,
        lag(members.event_at) over (
            partition by loads.session_key, loads.loaded_at
            order by members.event_at, members.message_id
        ) as previous_event_at
    from loads
    inner join members
        on loads.session_key = members.session_key
        and members.loaded_at <= loads.loaded_at
),

-- An event that had none before it began a session of that time. (Where a user began
-- the session of today, an anonymous event of it went with the session before.)
former as (
    select * from known
    where loaded_at = known_at
        and message_key <> session_key
        and coalesce(
            {{ microseconds_between('previous_event_at', 'event_at') }}
            > {{ (var('session_timeout_minutes') * 60000000) | int }},
            true
        )
        and (own_user_key is not null or not is_begun_by_user)
),

changes as (
    select
        former.message_key,
        min(members.loaded_at) as changed_at
    from former
    inner join members
        on former.session_key = members.session_key
        and former.loaded_at < members.loaded_at
        and members.event_at <= former.event_at
    group by former.message_key
),

final as (
    select
        md5(devices.device_id || '|' || former.message_id) as former_session_id,
        former.session_id,
        devices.device_id,
        former.event_at as former_started_at,
        former.started_at,
        cast(changes.changed_at as date) as changed_on
    from former
    inner join changes on former.message_key = changes.message_key
    inner join {{ ref('int_devices__ids') }} as devices
        on former.device_key = devices.device_key
)

select * from final
