-- depends_on: {{ ref('gate_core') }}
select
    period_type,
    retention_type,
    cohort_start,
    period_number,
    cohort_size,
    eligible_count,
    retained_count,
    {{ safe_divide('retained_count', 'eligible_count') }} as retention_rate,
    is_open
from {{ ref('int_cohorts__cells') }}
where grain = 'account'
