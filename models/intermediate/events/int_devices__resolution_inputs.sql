-- depends_on: {{ ref('int_events__sessioned') }}
with

-- What int_events__sessioned holds, not what there is for it to take up: a device that
-- a partial run left out there is aggregated again when it has caught up.
sessioned_states as (
    select device_key, state
    from {{ ledger_relation('consumed', 'int_events__sessioned') }}
),

canonical as (
    select * from {{ ref('int_users__canonical') }}
),

account_stretches as (
    select
        user_key,
        concat_ws(
            ':',
            account_key,
            valid_from,
            coalesce(cast(valid_to as {{ engine_type('string') }}), ''),
            is_first
        ) as stretch
    from {{ ref('int_users__account_intervals') }}
),

account_states as (
    select
        user_key,
        {{ sorted_list('stretch') }} as state
    from account_stretches
    group by user_key
),

own_users as (
    select
        events.device_key,
        events.own_user_key,
        canonical.user_key
    from {{ ref('int_events__accepted') }} as events
    inner join canonical on events.own_user_key = canonical.own_user_key
    group by events.device_key, events.own_user_key, canonical.user_key
),

parts as (
    select
        own_users.device_key,
        concat_ws(
            '=', own_users.own_user_key, own_users.user_key, account_states.state
        ) as part
    from own_users
    left join account_states on own_users.user_key = account_states.user_key
    union all
    select
        device_users.device_key,
        concat_ws(
            '=',
            coalesce(cast(device_users.valid_from as {{ engine_type('string') }}), ''),
            coalesce(cast(device_users.valid_to as {{ engine_type('string') }}), ''),
            device_users.user_key,
            account_states.state
        ) as part
    from {{ ref('int_devices__user_intervals') }} as device_users
    left join account_states on device_users.user_key = account_states.user_key
),

resolution_states as (
    select device_key, md5({{ sorted_list('part') }}) as state
    from parts
    group by device_key
),

final as (
    select
        sessioned_states.device_key,
        concat_ws('/', sessioned_states.state, resolution_states.state) as state
    from sessioned_states
    left join
        resolution_states
        on sessioned_states.device_key = resolution_states.device_key
)

select * from final
