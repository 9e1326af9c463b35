-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('funnels') }}
),

final as (
    select
        trim(funnel_id) as funnel_id,
        trim(name) as name,
        lower(trim(grain)) as grain,
        coalesce(nullif(lower(trim(ordering)), ''), 'ordered') as ordering,
        try_cast(nullif(trim(window_seconds), '') as bigint) as window_seconds
    from seed
)

select * from final
