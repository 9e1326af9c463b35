with

moved as (
    select
        moved.*,
        cast(moved.restitched_at as date) as restitched_on,
        coalesce(then_users.own_user_id, 'device:' || devices.device_id)
            as from_person_id,
        coalesce(users.user_id, 'device:' || devices.device_id) as to_person_id
    from {{ ref('int_events__restitched') }} as moved
    inner join {{ ref('int_devices__ids') }} as devices
        on moved.device_key = devices.device_key
    left join {{ ref('int_users__own_ids') }} as then_users
        on moved.then_user_key = then_users.own_user_key
    left join {{ ref('int_users__ids') }} as users
        on moved.user_key = users.user_key
),

activations as (
    select
        moved.restitched_on,
        moved.from_person_id,
        moved.to_person_id,
        count(distinct activated.rule_id) as activation_count
    from moved
    inner join {{ ref('activation__users') }} as activated
        on moved.to_person_id = activated.user_id
        and moved.event_at = activated.activated_at
    group by moved.restitched_on, moved.from_person_id, moved.to_person_id
),

summed as (
    select
        restitched_on,
        from_person_id,
        to_person_id,
        count(*) as event_count,
        count(distinct session_key) as session_count,
        min(event_at) as first_event_at,
        max(event_at) as last_event_at
    from moved
    group by restitched_on, from_person_id, to_person_id
),

final as (
    select
        summed.restitched_on,
        summed.from_person_id,
        summed.to_person_id,
        summed.event_count,
        summed.session_count,
        coalesce(activations.activation_count, 0) as activation_count,
        summed.first_event_at,
        summed.last_event_at
    from summed
    left join activations
        on summed.restitched_on = activations.restitched_on
        and summed.from_person_id = activations.from_person_id
        and summed.to_person_id = activations.to_person_id
)

select * from final
