-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('bot_user_agents') }}
),

final as (
    select lower(trim(pattern)) as pattern
    from seed
    where nullif(trim(pattern), '') is not null
    group by lower(trim(pattern))
)

select * from final
