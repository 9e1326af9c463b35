with

devices as (
    select
        device_key,
        min(user_key) as least_user_key,
        max(user_key) as greatest_user_key
    from {{ ref('int_devices__sightings') }}
    group by device_key
),

owned as (
    select
        device_key,
        least_user_key as user_key,
        cast(null as timestamp) as valid_from,
        cast(null as timestamp) as valid_to
    from devices
    where least_user_key = greatest_user_key
),

-- The sightings are read once more, for their order, and only of devices that need it.
shared_sightings as (
    select sightings.*
    from {{ ref('int_devices__sightings') }} as sightings
    inner join devices on sightings.device_key = devices.device_key
    where devices.least_user_key <> devices.greatest_user_key
),

{% if var('identity_policy') == 'last_touch' %}
shared as (
    select
        device_key,
        user_key,
        cast(null as timestamp) as valid_from,
        cast(null as timestamp) as valid_to
    from shared_sightings
    qualify row_number() over (
        partition by device_key order by event_at desc, message_id desc
    ) = 1
),
{% else %}
ordered as (
    select
        *,
        lag(user_key) over (
            partition by device_key order by event_at, message_id
        ) as previous_user_key
    from shared_sightings
),

changes as (
    select * from ordered
    where previous_user_key is null or previous_user_key <> user_key
),

-- The first user also owns the anonymous past; the last one is open-ended.
shared as (
    select
        device_key,
        user_key,
        case when previous_user_key is not null then event_at end as valid_from,
        lead(event_at) over (
            partition by device_key order by event_at, message_id
        ) as valid_to
    from changes
),
{% endif %}

together as (
    select * from owned
    union all
    select * from shared
    where valid_from is null or valid_to is null or valid_from < valid_to
),

final as (
    select
        *,
        coalesce(valid_from, {{ start_of_time() }}) as applies_from,
        coalesce(valid_to, {{ end_of_time() }}) as applies_to
    from together
)

select * from final
