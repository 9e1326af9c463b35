-- depends_on: {{ ref('gate_core') }}
select
    rule_id,
    grain,
    dimension,
    dimension_value,
    observed_microseconds / cast(3600000000 as double) as hours,
    at_risk_count,
    activated_count,
    share_not_activated,
    standard_error,
    share_low,
    share_high
from {{ ref('int_activation__survival_steps') }}
