with

members as (
    select
        *,
        message_key = session_key as is_first
    from {{ ref('int_events__resolved') }}
    where session_key is not null
),

summed as (
    select
        members.device_key,
        members.session_key,
        max(case when members.is_first then members.message_id end) as first_message_id,
        min(members.event_at) as started_at,
        max(members.event_at) as ended_at,
        count(*) as event_count,
        max(canonical.user_key) as own_user_key,
        max(case when members.is_first then members.user_key end) as first_user_key,
        max(case when members.is_first then members.account_key end)
            as first_account_key
    from members
    left join {{ ref('int_users__canonical') }} as canonical
        on members.own_user_key = canonical.own_user_key
    group by members.device_key, members.session_key
),

final as (
    select
        summed.device_key,
        summed.session_key,
        md5(devices.device_id || '|' || summed.first_message_id) as session_id,
        summed.started_at,
        summed.ended_at,
        summed.event_count,
        coalesce(summed.own_user_key, summed.first_user_key) as user_key,
        summed.first_account_key as account_key
    from summed
    inner join
        {{ ref('int_devices__ids') }} as devices
        on summed.device_key = devices.device_key
)

select * from final
