with

events as (
    select * from {{ ref('int_events__resolved') }}
),

steps as (
    select * from {{ ref('int_users__alias_steps') }}
),

-- Who an event was of by what had been loaded with it: anonymous ones by their device,
-- the others by their own id.
anonymous as (
    select
        events.message_key,
        events.device_key,
        events.session_key,
        events.event_at,
        events.loaded_at,
        events.user_key,
        owners.then_own_user_key
    from events
    inner join {{ ref('int_devices__late_owners') }} as owners
        on events.message_key = owners.message_key
),

aliased as (
    select distinct own_user_key from steps
),

identified as (
    select
        events.message_key,
        events.device_key,
        events.session_key,
        events.event_at,
        events.loaded_at,
        events.user_key,
        events.own_user_key as then_own_user_key
    from events
    inner join aliased on events.own_user_key = aliased.own_user_key
),

together as (
    select * from anonymous
    union all
    select * from identified
),

-- Who it was while aliases went in a circle is not told.
owned as (
    select
        together.*,
        case
            when steps.user_key is not null then steps.user_key
            when aliased.own_user_key is not null then together.user_key
            else together.then_own_user_key
        end as then_user_key,
        steps.known_to
    from together
    left join aliased on together.then_own_user_key = aliased.own_user_key
    left join steps
        on together.then_own_user_key = steps.own_user_key
        and steps.known_from <= together.loaded_at
        and together.loaded_at < steps.known_to
),

moved as (
    select * from owned
    where then_user_key is distinct from user_key
),

-- When it came to be known that a device, or an id, is its present owner's.
device_news as (
    select distinct
        sightings.device_key,
        sightings.user_key,
        greatest(
            sightings.loaded_at, coalesce(steps.known_from, sightings.loaded_at)
        ) as known_at
    from {{ ref('int_devices__sightings') }} as sightings
    left join steps
        on sightings.own_user_key = steps.own_user_key
        and sightings.user_key = steps.user_key
    where sightings.device_key in (select device_key from moved)
),

news as (
    select moved.message_key, device_news.known_at
    from moved
    inner join device_news
        on moved.device_key = device_news.device_key
        and moved.user_key = device_news.user_key
        and moved.loaded_at < device_news.known_at
    union all
    select moved.message_key, steps.known_from as known_at
    from moved
    inner join steps
        on moved.then_own_user_key = steps.own_user_key
        and moved.user_key = steps.user_key
        and moved.loaded_at < steps.known_from
),

dated as (
    select message_key, min(known_at) as restitched_at from news
    group by message_key
),

final as (
    select
        moved.message_key,
        moved.device_key,
        moved.session_key,
        moved.event_at,
        moved.loaded_at,
        moved.then_user_key,
        moved.user_key,
        coalesce(dated.restitched_at, moved.known_to) as restitched_at
    from moved
    left join dated on moved.message_key = dated.message_key
)

select * from final
