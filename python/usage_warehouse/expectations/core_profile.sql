-- One row of measures over the conformed core. Columns: usage_warehouse.expectations.core.
with

events as (
    select
        cast(event_at as date) as event_date,
        message_type in ('track', 'page', 'screen') as is_behaviour,
        exclusion_reason is not null as is_excluded,
        user_id is null as is_anonymous,
        account_id is null as is_without_account,
        count(*) as event_count,
        min(event_at) as first_event_at
    from core.fct_events
    group by
        cast(event_at as date), message_type in ('track', 'page', 'screen'),
        exclusion_reason is not null, user_id is null, account_id is null
),

days as (
    select event_date, sum(event_count) as event_count
    from events
    where is_behaviour and not is_excluded
    group by event_date
),

totals as (
    select
        coalesce(sum(event_count), 0) as event_count,
        coalesce(sum(case when is_behaviour then event_count end), 0) as behaviour_event_count,
        coalesce(sum(case when is_behaviour and not is_excluded then event_count end), 0)
            as counted_event_count,
        coalesce(sum(case
            when is_behaviour and not is_excluded and not is_anonymous then event_count
        end), 0) as identified_event_count,
        coalesce(sum(case
            when is_behaviour and not is_excluded and not is_anonymous and is_without_account
                then event_count
        end), 0) as without_account_event_count,
        min(case when is_behaviour and not is_excluded then first_event_at end)
            as first_event_at
    from events
),

busiest_day as (
    select count(*) as event_day_count, max(event_count) as event_count from days
),

sessions as (
    select
        count(*) as session_count,
        count(case when ended_at > started_at + interval 4 hours then 1 end) as long_count,
        count(case when ended_at > started_at + interval 24 hours then 1 end) as overlong_count
    from core.fct_sessions
),

people as (
    select coalesce(user_id, concat('device:', device_id)) as person_id,
        sum(event_count) as event_count
    from core.fct_sessions
    group by coalesce(user_id, concat('device:', device_id))
),

largest_person as (
    select count(*) as person_count, max(event_count) as event_count from people
),

account_users as (
    select account_id, count(*) as user_count
    from core.dim_users
    where account_id is not null
    group by account_id
),

largest_account as (
    select max(user_count) as largest_count, sum(user_count) as user_count
    from account_users
),

users as (
    select count(*) as user_count from core.dim_users
),

accounts as (
    select count(*) as account_count from core.dim_accounts
)

select
    cast(totals.event_count as bigint) as event_count,
    cast(totals.behaviour_event_count as bigint) as behaviour_event_count,
    cast(totals.counted_event_count as bigint) as counted_event_count,
    cast(totals.identified_event_count as bigint) as identified_event_count,
    1 - cast(totals.counted_event_count as double) / nullif(totals.behaviour_event_count, 0)
        as excluded_share,
    1 - cast(totals.identified_event_count as double) / nullif(totals.counted_event_count, 0)
        as anonymous_share,
    cast(totals.without_account_event_count as double)
        / nullif(totals.identified_event_count, 0) as without_account_share,
    busiest_day.event_day_count,
    cast(busiest_day.event_count as double) / nullif(totals.counted_event_count, 0)
        as busiest_day_share,
    totals.first_event_at,
    sessions.session_count,
    cast(sessions.long_count as double) / nullif(sessions.session_count, 0)
        as long_session_share,
    cast(sessions.overlong_count as double) / nullif(sessions.session_count, 0)
        as overlong_session_share,
    largest_person.person_count,
    cast(largest_person.event_count as double) / nullif(totals.counted_event_count, 0)
        as largest_person_share,
    users.user_count,
    accounts.account_count,
    cast(largest_account.largest_count as double) / nullif(largest_account.user_count, 0)
        as largest_account_share
from totals
cross join busiest_day
cross join sessions
cross join largest_person
cross join largest_account
cross join users
cross join accounts
