with

user_agents as (
    select text as user_agent, text_key as user_agent_key
    from {{ ref('stg_events__texts') }}
    where kind = 'user_agent'
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
