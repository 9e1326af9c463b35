with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

account_at_horizon as (
    select intervals.user_key, intervals.account_key
    from {{ ref('int_users__account_intervals') }} as intervals
    cross join clock
    where intervals.valid_from <= clock.as_of_at
        and (intervals.valid_to is null or clock.as_of_at < intervals.valid_to)
),

final as (
    select
        ids.user_id,
        first_times.first_seen_at,
        first_times.signed_up_at,
        accounts.account_id,
        coalesce(channels.channel, 'direct') as channel,
        internal_users.user_key is not null as is_internal
    from {{ ref('int_users__ids') }} as ids
    left join {{ ref('int_users__first_times') }} as first_times
        on ids.user_key = first_times.user_key
    left join account_at_horizon on ids.user_key = account_at_horizon.user_key
    left join {{ ref('int_accounts__ids') }} as accounts
        on account_at_horizon.account_key = accounts.account_key
    left join {{ ref('int_users__channels') }} as channels
        on ids.user_key = channels.user_key
    left join {{ ref('int_users__internal') }} as internal_users
        on ids.user_key = internal_users.user_key
)

select * from final
