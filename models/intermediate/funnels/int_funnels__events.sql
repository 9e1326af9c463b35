with

funnels as (
    select * from {{ ref('stg_definitions__funnels') }}
),

steps as (
    select
        steps.*,
        funnels.grain,
        cast(power(2, steps.step_number - 1) as bigint) as step_bit
    from {{ ref('stg_definitions__funnel_steps') }} as steps
    inner join funnels on steps.funnel_id = funnels.funnel_id
),

counted as (
    select
        message_key,
        message_id,
        event_key,
        event_at,
        user_key,
        account_key,
        device_key
    from {{ ref('int_events__counted') }}
),

matches as (
    select
        steps.funnel_id,
        steps.grain,
        counted.message_key,
        counted.message_id,
        counted.event_at,
        counted.user_key,
        counted.account_key,
        counted.device_key,
        bit_or(case when steps.kind <> 'exclusion' then steps.step_bit else 0 end)
            as matched_mask,
        bit_or(case when steps.kind = 'exclusion' then steps.step_bit else 0 end)
            as barred_mask
    from counted
    inner join steps on counted.event_key = steps.event_key
    left join {{ ref('int_funnels__filtered_properties') }} as properties
        on counted.message_key = properties.message_key
        and steps.property_name = properties.property_name
    where steps.property_name is null
        or (steps.property_value is null and properties.property_value is not null)
        or steps.property_value = properties.property_value
    group by
        steps.funnel_id, steps.grain, counted.message_key, counted.message_id,
        counted.event_at, counted.user_key, counted.account_key, counted.device_key
),

-- A strict funnel is interrupted by whatever else its actors do.
interruptions as (
    select
        funnels.funnel_id,
        funnels.grain,
        counted.message_key,
        counted.message_id,
        counted.event_at,
        counted.user_key,
        counted.account_key,
        counted.device_key,
        cast(0 as bigint) as matched_mask,
        cast(0 as bigint) as barred_mask
    from counted
    inner join funnels on funnels.ordering = 'strict'
    left join matches
        on funnels.funnel_id = matches.funnel_id
        and counted.message_key = matches.message_key
    where matches.message_key is null
),

all_matches as (
    select * from matches
    union all
    select * from interruptions
),

final as (
    select
        all_matches.funnel_id,
        all_matches.matched_mask,
        all_matches.barred_mask,
        all_matches.message_id,
        case when all_matches.grain = 'user' then all_matches.user_key end as user_key,
        all_matches.account_key,
        {{ microseconds_between(
            "cast('1970-01-01 00:00:00' as timestamp)", 'all_matches.event_at'
        ) }} as event_at_micros,
        case
            when all_matches.grain = 'account' then accounts.account_id
            else coalesce(users.user_id, 'device:' || devices.device_id)
        end as actor_id
    from all_matches
    inner join {{ ref('int_devices__ids') }} as devices
        on all_matches.device_key = devices.device_key
    left join {{ ref('int_users__ids') }} as users
        on all_matches.user_key = users.user_key
    left join {{ ref('int_accounts__ids') }} as accounts
        on all_matches.account_key = accounts.account_key
)

select * from final
where actor_id is not null
