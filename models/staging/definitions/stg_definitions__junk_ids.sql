-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('junk_ids') }}
),

final as (
    select lower(trim(value)) as junk_id
    from seed
    where nullif(trim(value), '') is not null
    group by lower(trim(value))
)

select * from final
