{{ config(materialized='view') }}

with

identified as (
    select device_key, own_user_key, event_at, message_id, loaded_at
    from {{ ref('int_events__accepted') }}
    where own_user_key is not null and not is_refused
),

-- An alias whose previous id was never a user says whose that device is.
aliased_devices as (
    select
        {{ key64('accepted.previous_id') }} as device_key,
        accepted.own_user_key,
        accepted.event_at,
        accepted.message_id,
        accepted.loaded_at
    from {{ ref('int_events__accepted') }} as accepted
    left join {{ ref('int_users__canonical') }} as known_users
        on accepted.previous_id = known_users.own_user_id
    where accepted.message_type = 'alias'
        and not accepted.is_refused
        and known_users.own_user_id is null
),

sightings as (
    select * from identified
    union all
    select * from aliased_devices
),

final as (
    select
        sightings.device_key,
        canonical.user_key,
        sightings.own_user_key,
        sightings.event_at,
        sightings.message_id,
        sightings.loaded_at
    from sightings
    inner join {{ ref('int_users__canonical') }} as canonical
        on sightings.own_user_key = canonical.own_user_key
)

select * from final
