with

final as (
    select
        'events' as source,
        ids.account_id as source_id,
        ids.account_id,
        'product' as method,
        cast(1.0 as double) as confidence,
        first_times.first_seen_at as valid_from
    from {{ ref('int_accounts__ids') }} as ids
    inner join {{ ref('int_accounts__first_times') }} as first_times
        on ids.account_key = first_times.account_key
)

select * from final
