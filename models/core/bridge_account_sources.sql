with

final as (
    select
        source,
        source_id,
        account_id,
        method,
        confidence,
        valid_from
    from {{ ref('int_parties__resolved') }}
)

select * from final
