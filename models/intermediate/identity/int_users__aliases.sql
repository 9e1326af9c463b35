with

users as (
    select * from {{ ref('int_users__own_ids') }}
),

aliases as (
    select
        events.previous_id,
        users.own_user_id,
        events.event_at,
        events.message_id,
        events.loaded_at
    from {{ ref('int_events__accepted') }} as events
    inner join users on events.own_user_key = users.own_user_key
    where events.message_type = 'alias'
        and not events.is_refused
        and events.previous_id <> users.own_user_id
),

-- An alias of an id that was never a user identifies a device instead.
final as (
    select
        aliases.previous_id,
        aliases.own_user_id as next_id,
        aliases.event_at,
        aliases.message_id,
        aliases.loaded_at
    from aliases
    inner join users on aliases.previous_id = users.own_user_id
)

select * from final
