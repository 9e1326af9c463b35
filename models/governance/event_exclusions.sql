with

excluded as (
    select source, cast(loaded_at as date) as loaded_date, exclusion_reason as reason
    from {{ ref('fct_events') }}
    where exclusion_reason is not null
),

final as (
    select source, loaded_date, reason, count(*) as row_count
    from excluded
    group by source, loaded_date, reason
)

select * from final
