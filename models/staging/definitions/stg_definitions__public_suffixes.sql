-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('public_suffixes') }}
),

final as (
    select lower(trim(suffix)) as suffix
    from seed
    group by lower(trim(suffix))
)

select * from final
