with

criteria as (
    select * from {{ ref('int_activation__criteria_met') }}
),

summed as (
    select
        rule_id,
        grain,
        actor_key,
        min(started_at) as started_at,
        bool_and(met_at is not null) as is_met,
        max(met_at) as last_met_at,
        bool_or(met_at is null and is_window_over) as has_missed,
        bool_and(is_window_over) as is_mature,
        case when bool_and(window_ends_at is not null) then max(window_ends_at) end
            as last_window_ends_at
    from criteria
    group by rule_id, grain, actor_key
),

final as (
    select
        rule_id,
        grain,
        actor_key,
        started_at,
        case when is_met then last_met_at end as activated_at,
        case
            when is_met then 'activated'
            when has_missed then 'expired'
            else 'pending'
        end as outcome,
        is_mature,
        last_window_ends_at
    from summed
)

select * from final
