-- depends_on: {{ ref('gate_core') }}
with

divided as (
    select
        actors.funnel_id,
        actors.actor_id,
        dimensions.dimension,
        {{ segment_value() }} as dimension_value
    from {{ ref('int_funnels__entries') }} as actors
    {{ segment_joins('actors.account_id', 'actors.user_id', 'actors.entered_at') }}
),

attempts as (
    select
        attempts.*,
        divided.dimension,
        divided.dimension_value
    from {{ ref('int_funnels__attempts') }} as attempts
    inner join divided
        on attempts.funnel_id = divided.funnel_id
        and attempts.actor_id = divided.actor_id
    where not attempts.is_excluded
),

{{ funnel_step_rows(['dimension', 'dimension_value']) }}

select * from step_rows
