-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('free_mail_domains') }}
),

final as (
    select lower(trim(domain)) as domain
    from seed
    group by lower(trim(domain))
)

select * from final
