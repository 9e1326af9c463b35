with

excluded as (
    select source_key, loaded_date, exclusion_reason, event_count
    from {{ ref('int_events__daily_classified') }}
    where exclusion_reason is not null
),

final as (
    select
        sources.source,
        excluded.loaded_date,
        excluded.exclusion_reason as reason,
        cast(sum(excluded.event_count) as bigint) as row_count
    from excluded
    inner join {{ ref('int_events__sources') }} as sources
        on excluded.source_key = sources.source_key
    group by sources.source, excluded.loaded_date, excluded.exclusion_reason
)

select * from final
