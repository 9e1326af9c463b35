with

final as (
    select
        opportunity_id,
        stage_number,
        stage_name,
        is_open_stage,
        entered_at,
        left_at,
        duration_seconds,
        is_inferred
    from {{ ref('int_opportunities__stages') }}
)

select * from final
