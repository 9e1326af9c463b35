with

entrants as (
    select * from {{ ref('activation__actors') }}
    where dimension = 'entry_week'
),

final as (
    select
        entrants.rule_id,
        entrants.grain,
        cast(entrants.dimension_value as date) as entry_week,
        {{ activation_counts() }}
    from entrants
    group by entrants.rule_id, entrants.grain, cast(entrants.dimension_value as date)
)

select * from final
