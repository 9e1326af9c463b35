with

accepted as (
    select * from {{ ref('int_events__accepted') }}
),

users as (
    select own_user_id
    from accepted
    where own_user_id is not null
    group by own_user_id
),

aliases as (
    select previous_id, own_user_id, event_at, message_id
    from accepted
    where message_type = 'alias'
        and not is_refused
        and previous_id <> own_user_id
),

-- An alias of an id that was never a user identifies a device instead.
final as (
    select
        aliases.previous_id,
        aliases.own_user_id as next_id,
        aliases.event_at,
        aliases.message_id
    from aliases
    inner join users on aliases.previous_id = users.own_user_id
    qualify row_number() over (
            partition by aliases.previous_id
            order by aliases.event_at desc, aliases.message_id desc
        ) = 1
)

select * from final
