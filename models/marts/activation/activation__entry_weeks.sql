-- depends_on: {{ ref('gate_core') }}
with

entrants as (
    select * from {{ ref('int_activation__entrants') }}
),

final as (
    select
        entrants.rule_id,
        entrants.grain,
        entrants.entry_week,
        {{ activation_counts() }}
    from entrants
    group by entrants.rule_id, entrants.grain, entrants.entry_week
)

select * from final
