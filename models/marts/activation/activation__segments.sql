-- depends_on: {{ ref('gate_core') }}
with

entrants as (
    select
        actors.*,
        dimensions.dimension,
        {{ segment_value() }} as dimension_value
    from {{ ref('int_activation__entrants') }} as actors
    {{ segment_joins('actors.account_id', 'actors.user_id', 'actors.started_at') }}
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
