with

entrants as (
    select actors.*
    from {{ ref('activation__actors') }} as actors
    inner join {{ ref('stg_definitions__segments') }} as dimensions
        on actors.dimension = dimensions.dimension
),

final as (
    select
        entrants.rule_id,
        entrants.grain,
        entrants.dimension,
        entrants.dimension_value,
        {{ activation_counts() }}
    from entrants
    group by
        entrants.rule_id, entrants.grain, entrants.dimension, entrants.dimension_value
)

select * from final
