with

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
        placed.is_mature
    from placed
    left join {{ ref('int_users__ids') }} as users
        on placed.user_key = users.user_key
    left join {{ ref('int_accounts__ids') }} as accounts
        on placed.account_key = accounts.account_key
)

select * from final
