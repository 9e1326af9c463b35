with

rules as (
    select * from {{ ref('stg_definitions__activation_rules') }}
),

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

rule_events as (
    select event_key from rules
    group by event_key
),

events as (
    select
        counted.user_key,
        counted.account_key,
        counted.event_key,
        counted.event_at,
        counted.message_id
    from {{ ref('int_events__counted') }} as counted
    inner join rule_events on counted.event_key = rule_events.event_key
    where counted.user_key is not null
),

actor_events as (
    select 'user' as grain, user_key as actor_key, event_key, event_at, message_id
    from events
    union all
    select 'account' as grain, account_key as actor_key, event_key, event_at, message_id
    from events
    where account_key is not null
),

actors as (
    select 'user' as grain, user_key as actor_key, signed_up_at as started_at
    from {{ ref('int_users__first_times') }}
    union all
    select 'account' as grain, account_key as actor_key, signed_up_at as started_at
    from {{ ref('int_accounts__first_times') }}
),

-- Every actor that has signed up by the horizon × every criterion of its grain.
criteria as (
    select
        rules.rule_id,
        rules.criterion_id,
        rules.grain,
        rules.event_key,
        rules.min_count,
        actors.actor_key,
        actors.started_at,
        {{ add_seconds('actors.started_at', 'rules.window_days * 86400') }}
            as window_ends_at
    from rules
    inner join actors on rules.grain = actors.grain
    cross join clock
    where actors.started_at <= clock.as_of_at
),

occurrences as (
    select
        criteria.rule_id,
        criteria.criterion_id,
        criteria.actor_key,
        criteria.min_count,
        actor_events.event_at,
        row_number() over (
            partition by criteria.rule_id, criteria.criterion_id, criteria.actor_key
            order by actor_events.event_at, actor_events.message_id
        ) as occurrence_number
    from criteria
    inner join actor_events
        on criteria.grain = actor_events.grain
        and criteria.actor_key = actor_events.actor_key
        and criteria.event_key = actor_events.event_key
        and criteria.started_at <= actor_events.event_at
        and (
            criteria.window_ends_at is null
            or actor_events.event_at <= criteria.window_ends_at
        )
),

met as (
    select rule_id, criterion_id, actor_key, event_at as met_at
    from occurrences
    where occurrence_number = min_count
),

final as (
    select
        criteria.rule_id,
        criteria.criterion_id,
        criteria.grain,
        criteria.actor_key,
        criteria.started_at,
        criteria.window_ends_at,
        met.met_at,
        coalesce(criteria.window_ends_at <= clock.usage_as_of_at, false)
            as is_window_over
    from criteria
    cross join clock
    left join met
        on criteria.rule_id = met.rule_id
        and criteria.criterion_id = met.criterion_id
        and criteria.actor_key = met.actor_key
)

select * from final
