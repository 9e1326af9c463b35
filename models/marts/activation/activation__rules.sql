-- depends_on: {{ ref('gate_core') }}
with

entrants as (
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
        {{ activation_counts() }}
    from rules
    left join entrants
        on rules.rule_id = entrants.rule_id and rules.grain = entrants.grain
    group by rules.rule_id, rules.grain
)

select * from final
