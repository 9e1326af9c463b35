-- depends_on: {{ ref('gate_core') }}
with

outcomes as (
    select * from {{ ref('int_activation__outcomes') }}
    where grain = 'account'
),

final as (
    select
        ids.account_id,
        outcomes.rule_id,
        outcomes.started_at,
        outcomes.activated_at,
        outcomes.outcome,
        {{ microseconds_between('outcomes.started_at', 'outcomes.activated_at') }}
        / cast(3600000000 as double) as hours_to_activate,
        outcomes.is_mature
    from outcomes
    inner join
        {{ ref('int_accounts__ids') }} as ids
        on outcomes.actor_key = ids.account_key
)

select * from final
