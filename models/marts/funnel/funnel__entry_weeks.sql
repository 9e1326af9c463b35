-- depends_on: {{ ref('gate_core') }}
with

attempts as (
    select
        attempts.*,
        entries.entry_week
    from {{ ref('int_funnels__attempts') }} as attempts
    inner join {{ ref('int_funnels__entries') }} as entries
        on attempts.funnel_id = entries.funnel_id
        and attempts.actor_id = entries.actor_id
    where not attempts.is_excluded
),

{{ funnel_step_rows(['entry_week']) }}

select * from step_rows
