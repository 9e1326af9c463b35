with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

first_sightings as (
    select
        device_key,
        min(event_at) as first_sighted_at
    from {{ ref('int_devices__sightings') }}
    group by device_key
),

first_claims as (
    select
        user_key,
        min(valid_from) as first_claimed_at
    from {{ ref('int_users__account_intervals') }}
    group by user_key
),

plan as (
    select * from {{ ref('stg_definitions__tracking_plan') }}
),

active as (
    select
        daily.account_key,
        daily.user_key,
        daily.event_date as activity_date,
        coalesce(plan.feature, daily.message_type) as feature,
        daily.event_count,
        -- whose it was, and of which account, was known when it happened: nobody was
        -- found out later to have been on that device, or in that account
        (daily.is_own_user or daily.last_event_at >= first_sightings.first_sighted_at)
        and (
            daily.own_account_key is not null
            or daily.last_event_at >= first_claims.first_claimed_at
        ) as is_known_then
    from {{ ref('int_events__daily_classified') }} as daily
    cross join clock
    left join first_sightings
        on daily.device_key = first_sightings.device_key
    left join first_claims
        on daily.user_key = first_claims.user_key
    left join plan
        on daily.event_key = plan.event_key
    where
        daily.is_active_signal
        and daily.exclusion_reason is null
        and daily.user_key is not null
        and daily.account_key is not null
        and daily.first_event_at <= clock.as_of_at
),

final as (
    select
        accounts.account_id,
        active.account_key,
        active.user_key,
        active.activity_date,
        active.feature,
        cast(sum(active.event_count) as bigint) as event_count,
        bool_or(coalesce(active.is_known_then, false)) as is_known_then
    from active
    inner join {{ ref('int_accounts__ids') }} as accounts
        on active.account_key = accounts.account_key
    group by
        accounts.account_id,
        active.account_key,
        active.user_key,
        active.activity_date,
        active.feature
)

select * from final
