-- depends_on: {{ ref('gate_core') }}
with

outcomes as (
    select * from {{ ref('int_activation__outcomes') }}
),

rules as (
    select rule_id, grain
    from {{ ref('stg_definitions__activation_rules') }}
    group by rule_id, grain
),

final as (
    select
        rules.rule_id,
        rules.grain,
        count(outcomes.actor_key) as actor_count,
        count(case when outcomes.outcome = 'activated' then 1 end) as activated_count,
        count(case when outcomes.outcome = 'expired' then 1 end) as expired_count,
        count(case when outcomes.outcome = 'pending' then 1 end) as pending_count,
        count(case when outcomes.is_mature then 1 end) as mature_count,
        {{ safe_divide(
            "count(case when outcomes.is_mature and outcomes.outcome = 'activated' then 1 end)",
            "count(case when outcomes.is_mature then 1 end)",
        ) }} as activation_rate
    from rules
    left join
        outcomes
        on rules.rule_id = outcomes.rule_id and rules.grain = outcomes.grain
    group by rules.rule_id, rules.grain
)

select * from final
