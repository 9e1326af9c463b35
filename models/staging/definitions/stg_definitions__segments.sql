-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('segments') }}
),

final as (
    select
        lower(trim(dimension)) as dimension,
        lower(trim(relation)) as relation,
        lower(trim(column_name)) as column_name
    from seed
)

select * from final
