with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

outcomes as (
    select
        *,
        started_at as event_at,
        case when grain = 'user' then actor_key end as user_key
    from {{ ref('int_activation__outcomes') }}
),

placed as (
    select
        events.*,
        case
            when events.grain = 'account' then events.actor_key
            else user_accounts.account_key
        end as account_key
    from outcomes as events
    {{ account_join() }}
),

final as (
    select
        placed.rule_id,
        placed.grain,
        placed.actor_key,
        users.user_id,
        accounts.account_id,
        placed.started_at,
        cast(date_trunc('week', placed.started_at) as date) as entry_week,
        placed.activated_at,
        placed.outcome,
        placed.is_mature,
        -- to the activation, else for as long as one could have been seen
        greatest(0, {{ microseconds_between(
            'placed.started_at',
            'coalesce(placed.activated_at,'
            ~ ' least(placed.last_window_ends_at, clock.usage_as_of_at))',
        ) }}) as observed_microseconds
    from placed
    cross join clock
    left join {{ ref('int_users__ids') }} as users
        on placed.user_key = users.user_key
    left join {{ ref('int_accounts__ids') }} as accounts
        on placed.account_key = accounts.account_key
)

select * from final
