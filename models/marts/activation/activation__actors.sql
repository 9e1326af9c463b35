-- depends_on: {{ ref('gate_core') }}
select
    rule_id,
    grain,
    actor_id,
    dimension,
    dimension_value,
    started_at,
    activated_at,
    outcome,
    is_mature
from {{ ref('int_activation__observed') }}
