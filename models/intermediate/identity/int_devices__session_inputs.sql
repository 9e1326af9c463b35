with

canonical as (
    select * from {{ ref('int_users__canonical') }}
),

internal_users as (
    select * from {{ ref('int_users__internal') }}
),

own_rows as (
    select
        device_key,
        count(*) as message_count,
        bit_xor(row_key) as rows_xor
    from {{ ref('int_events__accepted') }}
    group by device_key
),

-- Whose internal time it is decides which events are members of sessions.
internal_stretches as (
    select
        device_users.device_key,
        concat_ws(
            ':',
            device_users.user_key,
            coalesce(cast(device_users.valid_from as {{ engine_type('string') }}), ''),
            coalesce(cast(device_users.valid_to as {{ engine_type('string') }}), '')
        ) as stretch
    from {{ ref('int_devices__user_intervals') }} as device_users
    inner join internal_users on device_users.user_key = internal_users.user_key
    union
    select
        events.device_key,
        cast(events.own_user_key as {{ engine_type('string') }}) as stretch
    from {{ ref('int_events__accepted') }} as events
    inner join canonical on events.own_user_key = canonical.own_user_key
    inner join internal_users on canonical.user_key = internal_users.user_key
),

internal_states as (
    select device_key, {{ sorted_list('stretch') }} as stretches
    from internal_stretches
    group by device_key
),

final as (
    select
        own_rows.device_key,
        concat_ws(
            '/',
            own_rows.message_count,
            own_rows.rows_xor,
            internal_states.stretches
        ) as state
    from own_rows
    left join internal_states on own_rows.device_key = internal_states.device_key
)

select * from final
