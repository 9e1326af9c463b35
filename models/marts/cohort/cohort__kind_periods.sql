-- depends_on: {{ ref('gate_core') }}
with

activity as (
    select * from {{ ref('int_cohorts__kind_activity') }}
),

calendar as (
    select * from {{ ref('int_cohorts__calendar') }}
),

{{ cohort_cells(['cohort_kind', 'cohort_name', 'grain']) }}

select
    cells.*,
    {{ safe_divide('retained_count', 'eligible_count') }} as retention_rate
from cells
