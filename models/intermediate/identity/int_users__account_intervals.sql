with

canonical as (
    select * from {{ ref('int_users__canonical') }}
),

claims as (
    select
        coalesce(canonical.user_key, device_users.user_key) as user_key,
        events.own_account_key as account_key,
        events.event_at,
        events.message_id
    from {{ ref('int_events__accepted') }} as events
    left join canonical on events.own_user_key = canonical.own_user_key
    {{ device_user_join() }}
    where events.own_account_key is not null
        and not events.is_refused
        and coalesce(canonical.user_key, device_users.user_key) is not null
),

users as (
    select
        user_key,
        min(account_key) as only_account_key,
        count(distinct account_key) as account_count,
        min(event_at) as first_claimed_at
    from claims
    group by user_key
),

in_one_account as (
    select
        user_key,
        only_account_key as account_key,
        first_claimed_at as valid_from,
        cast(null as timestamp) as valid_to,
        true as is_first
    from users
    where account_count = 1
),

ordered as (
    select
        claims.*,
        lag(claims.account_key) over (
            partition by claims.user_key order by claims.event_at, claims.message_id
        ) as previous_account_key
    from claims
    inner join users on claims.user_key = users.user_key
    where users.account_count > 1
),

changes as (
    select * from ordered
    where previous_account_key is null or previous_account_key <> account_key
),

in_several_accounts as (
    select
        user_key,
        account_key,
        event_at as valid_from,
        lead(event_at)
            over (partition by user_key order by event_at, message_id)
            as valid_to,
        previous_account_key is null as is_first
    from changes
),

together as (
    select * from in_one_account
    union all
    select * from in_several_accounts
),

-- A claim that another one replaces at the same moment never held, but the first of all
-- still says where the time before it belongs.
final as (
    select
        *,
        case
            when is_first then {{ start_of_time() }} else valid_from
        end as applies_from,
        coalesce(valid_to, {{ end_of_time() }}) as applies_to
    from together
    where valid_to is null or valid_from < valid_to or is_first
)

select * from final
