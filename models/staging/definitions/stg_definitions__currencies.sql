-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('currencies') }}
),

final as (
    select
        lower(trim(currency)) as currency,
        cast(trim(minor_units) as bigint) as minor_units
    from seed
)

select * from final
