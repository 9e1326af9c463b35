with

user_agents as (
    select user_agent, user_agent_key
    from {{ ref('int_events__accepted') }}
    where user_agent is not null
    group by user_agent, user_agent_key
),

patterns as (
    select * from {{ ref('stg_definitions__bot_user_agents') }}
),

final as (
    select user_agents.user_agent_key
    from user_agents
    inner join
        patterns
        on position(patterns.pattern in lower(user_agents.user_agent)) > 0
    group by user_agents.user_agent_key
)

select * from final
