-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('health_weights') }}
),

final as (
    select
        lower(trim(component)) as component,
        cast(trim(weight) as decimal(13, 6)) as weight,
        cast(trim(zero_at) as double) as zero_at,
        cast(trim(full_at) as double) as full_at
    from seed
)

select * from final
