with

first_times as (
    select * from {{ ref('int_users__first_times') }}
),

touches as (
    select device_key, own_user_key, channel_key, event_at, message_id
    from {{ ref('int_events__accepted') }}
    where channel_key is not null and not is_refused
),

people as (
    select
        events.channel_key,
        events.event_at,
        events.message_id,
        coalesce(canonical.user_key, device_users.user_key) as user_key
    from touches as events
    left join {{ ref('int_users__canonical') }} as canonical
        on events.own_user_key = canonical.own_user_key
    {{ device_user_join() }}
),

-- What brings somebody after the sign-up did not bring the sign-up.
ranked as (
    select
        people.user_key,
        people.channel_key,
        row_number() over (
            partition by people.user_key order by people.event_at, people.message_id
        ) as touch_number
    from people
    inner join first_times on people.user_key = first_times.user_key
    where
        people.event_at
        <= coalesce(first_times.signed_up_at, first_times.first_seen_at)
),

final as (
    select
        first_times.user_key,
        coalesce(texts.text, 'direct') as channel
    from first_times
    left join ranked
        on first_times.user_key = ranked.user_key
        and ranked.touch_number = 1
    left join {{ ref('stg_events__texts') }} as texts
        on ranked.channel_key = texts.text_key
        and texts.kind = 'channel'
)

select * from final
