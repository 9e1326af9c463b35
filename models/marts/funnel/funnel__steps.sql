-- depends_on: {{ ref('gate_core') }}
with

attempts as (
    select * from {{ ref('int_funnels__attempts') }}
    where not is_excluded
),

{{ funnel_step_rows() }}

select * from step_rows
