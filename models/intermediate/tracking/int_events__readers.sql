with

activation as (
    select event_name, 'activation rule' as kind, rule_id as reader
    from {{ ref('stg_definitions__activation_rules') }}
),

funnels as (
    select event_name, 'funnel' as kind, funnel_id as reader
    from {{ ref('stg_definitions__funnel_steps') }}
),

-- Engagement, lifecycle and cohorts count every active signal.
engagement as (
    select event_name, 'marts' as kind, 'active signals' as reader
    from {{ ref('stg_definitions__tracking_plan') }}
    where is_active_signal
),

exposures as (
    {{ exposed_events() }}
),

together as (
    select * from activation
    union all
    select * from funnels
    union all
    select * from engagement
    union all
    select * from exposures
),

final as (
    select distinct event_name, kind, reader
    from together
)

select * from final
