-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('account_matches') }}
),

final as (
    select
        lower(trim(source)) as source,
        {{ public_id('trim(source_id)') }} as source_id,
        {{ public_id('trim(account_id)') }} as account_id,
        lower(trim(decision)) = 'match' as is_match
    from seed
)

select * from final
