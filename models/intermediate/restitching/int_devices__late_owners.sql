{#- Under last_touch the newest sighting owns all; else the first one owns the past. #}
{%- set newest_first = 'desc' if var('identity_policy') == 'last_touch' else '' %}

with

sightings as (
    select * from {{ ref('int_devices__sightings') }}
),

aliased as (
    select own_user_key, max(known_from) as known_from
    from {{ ref('int_users__alias_steps') }}
    group by own_user_key
),

devices as (
    select
        sightings.device_key,
        min(sightings.loaded_at) as first_known_at,
        greatest(
            max(sightings.loaded_at),
            coalesce(max(aliased.known_from), max(sightings.loaded_at))
        ) as last_known_at,
        min(sightings.own_user_key) = max(sightings.own_user_key)
        and count(aliased.own_user_key) = 0 as has_one_owner
    from sightings
    left join aliased on sightings.own_user_key = aliased.own_user_key
    group by sightings.device_key
),

-- Anonymous events that were loaded before all was known about their device.
early as (
    select
        events.message_key,
        events.device_key,
        events.event_at,
        events.loaded_at,
        devices.has_one_owner,
        devices.first_known_at
    from {{ ref('int_events__sessioned') }} as events
    inner join devices on events.device_key = devices.device_key
    where events.own_user_key is null and events.loaded_at < devices.last_known_at
),

moments as (
    select distinct device_key, loaded_at
    from early
    where not has_one_owner
),

-- What was known about a device at a load, with the events of that load among it.
known as (
    select
        moments.device_key,
        moments.loaded_at as known_at,
        sightings.event_at,
        0 as is_event,
        sightings.message_id,
        sightings.own_user_key,
        cast(null as bigint) as message_key
    from moments
    inner join sightings
        on moments.device_key = sightings.device_key
        and sightings.loaded_at <= moments.loaded_at
    union all
    select
        device_key,
        loaded_at as known_at,
        event_at,
        1 as is_event,
        cast(null as {{ engine_type('string') }}) as message_id,
        cast(null as bigint) as own_user_key,
        message_key
    from early
    where not has_one_owner
),

ordered as (
    select
        *,
        {{ last_known(
            'own_user_key',
            'partition by device_key, known_at order by event_at, is_event, message_id'
            ~ ' rows between unbounded preceding and current row',
        ) }} as seen_before
    from known
),

edges as (
    select device_key, known_at, own_user_key
    from known
    where is_event = 0
    qualify row_number() over (
            partition by device_key, known_at
            order by event_at {{ newest_first }}, message_id {{ newest_first }}
        ) = 1
),

judged as (
    select
        ordered.message_key,
        {% if newest_first -%}
        edges.own_user_key
        {%- else -%}
        coalesce(ordered.seen_before, edges.own_user_key)
        {%- endif %} as then_own_user_key
    from ordered
    left join edges
        on ordered.device_key = edges.device_key
        and ordered.known_at = edges.known_at
    where ordered.is_event = 1
),

final as (
    select message_key, then_own_user_key
    from judged
    union all
    select message_key, cast(null as bigint) as then_own_user_key
    from early
    where has_one_owner and loaded_at < first_known_at
)

select * from final
