with

entered as (
    select
        funnel_id,
        actor_id,
        entered_at,
        {{ microseconds_between(
            "cast('1970-01-01 00:00:00' as timestamp)", 'entered_at'
        ) }} as entered_at_micros
    from {{ ref('int_funnels__attempts') }}
    group by funnel_id, actor_id, entered_at
),

-- The event that opened the winning attempt says in which account that was.
opening as (
    select
        entered.funnel_id,
        entered.actor_id,
        entered.entered_at,
        events.user_key,
        events.account_key,
        row_number() over (
            partition by entered.funnel_id, entered.actor_id order by events.message_id
        ) as place
    from entered
    inner join {{ ref('int_funnels__events') }} as events
        on entered.funnel_id = events.funnel_id
        and entered.actor_id = events.actor_id
        and entered.entered_at_micros = events.event_at_micros
    where events.matched_mask <> 0
),

final as (
    select
        opening.funnel_id,
        opening.actor_id,
        opening.entered_at,
        cast(date_trunc('week', opening.entered_at) as date) as entry_week,
        users.user_id,
        accounts.account_id
    from opening
    left join {{ ref('int_users__ids') }} as users
        on opening.user_key = users.user_key
    left join {{ ref('int_accounts__ids') }} as accounts
        on opening.account_key = accounts.account_key
    where opening.place = 1
)

select * from final
