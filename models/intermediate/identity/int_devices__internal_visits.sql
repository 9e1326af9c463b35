with

canonical as (
    select * from {{ ref('int_users__canonical') }}
),

-- The stretches of time in which each user is internal: always, or while in an account
-- that is.
internal_stretches as (
    select
        user_key,
        cast(user_key as {{ engine_type('string') }}) as stretch
    from {{ ref('int_users__internal') }}
    union all
    select
        user_accounts.user_key,
        concat_ws(
            ':',
            user_accounts.user_key,
            user_accounts.applies_from,
            user_accounts.applies_to
        ) as stretch
    from {{ ref('int_users__account_intervals') }} as user_accounts
    inner join {{ ref('int_accounts__internal') }} as internal_accounts
        on user_accounts.account_key = internal_accounts.account_key
),

-- Where those users are at a device, by its own messages or by its stretches of time.
visits as (
    select
        device_users.device_key,
        concat_ws(
            '/',
            internal_stretches.stretch,
            device_users.applies_from,
            device_users.applies_to
        ) as visit
    from {{ ref('int_devices__user_intervals') }} as device_users
    inner join internal_stretches on device_users.user_key = internal_stretches.user_key
    union
    select
        events.device_key,
        concat_ws('/', internal_stretches.stretch, events.own_user_key) as visit
    from {{ ref('int_events__accepted') }} as events
    inner join canonical on events.own_user_key = canonical.own_user_key
    inner join internal_stretches on canonical.user_key = internal_stretches.user_key
),

final as (
    select device_key, {{ sorted_list('visit') }} as visits
    from visits
    group by device_key
)

select * from final
