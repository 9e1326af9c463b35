{{ config(materialized='view') }}

with

-- The first account also owns the time before the first claim.
account_intervals as (
    select * from {{ ref('int_users__account_intervals') }}
),

people as (
    select
        events.*,
        coalesce(canonical.user_key, device_users.user_key) as user_key
    from {{ ref('int_events__sessioned') }} as events
    left join {{ ref('int_users__canonical') }} as canonical
        on events.own_user_key = canonical.own_user_key
    {{ device_user_join() }}
),

final as (
    select
        people.*,
        coalesce(people.own_account_key, account_intervals.account_key) as account_key,
        coalesce(
            people.own_account_key is null
            and people.event_at < account_intervals.valid_from,
            false
        ) as is_account_inferred
    from people
    left join account_intervals
        on people.user_key = account_intervals.user_key
        and account_intervals.applies_from <= people.event_at
        and people.event_at < account_intervals.applies_to
)

select * from final
