{{ config(materialized='view') }}

with

clock as (
    select *, cast(as_of_at as date) as as_of_date from {{ ref('int_clock__horizons') }}
),

-- The aggregate of whole days, and event by event the day that the horizon may cut.
final as (
    select
        daily.user_key,
        daily.account_key,
        daily.event_key,
        daily.event_date as activity_date,
        daily.event_count,
        daily.first_event_at,
        daily.last_event_at
    from {{ ref('int_events__daily_classified') }} as daily
    cross join clock
    where daily.is_active_signal
        and daily.exclusion_reason is null
        and daily.user_key is not null
        and daily.event_date < clock.as_of_date
    union all
    select
        counted.user_key,
        counted.account_key,
        counted.event_key,
        counted.event_date as activity_date,
        1 as event_count,
        counted.event_at as first_event_at,
        counted.event_at as last_event_at
    from {{ ref('int_events__counted') }} as counted
    cross join clock
    where counted.is_active_signal
        and counted.user_key is not null
        and counted.event_date = clock.as_of_date
)

select * from final
