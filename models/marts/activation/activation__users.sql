-- depends_on: {{ ref('gate_core') }}
with

outcomes as (
    select * from {{ ref('int_activation__outcomes') }}
    where grain = 'user'
),

final as (
    select
        ids.user_id,
        outcomes.rule_id,
        outcomes.started_at,
        outcomes.activated_at,
        outcomes.outcome,
        {{ microseconds_between('outcomes.started_at', 'outcomes.activated_at') }}
        / cast(3600000000 as double) as hours_to_activate,
        outcomes.is_mature
    from outcomes
    inner join {{ ref('int_users__ids') }} as ids on outcomes.actor_key = ids.user_key
)

select * from final
