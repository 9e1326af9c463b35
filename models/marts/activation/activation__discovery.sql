-- depends_on: {{ ref('gate_core') }}
select
    event_name,
    window_days,
    min_count,
    {% for half in ['found', 'held_out'] -%}
    {{ half }}_reached_count,
    {{ half }}_other_count,
    {{ safe_divide(
        half ~ '_reached_count', '(' ~ half ~ '_reached_count + ' ~ half ~ '_other_count)'
    ) }} as {{ half }}_reach,
    {{ safe_divide(half ~ '_reached_stayed_count', half ~ '_reached_count') }}
        as {{ half }}_retention_with,
    {{ safe_divide(half ~ '_other_stayed_count', half ~ '_other_count') }}
        as {{ half }}_retention_without,
    {{ half }}_lift,
    {{ half }}_lift_low,
    {{ half }}_lift_high,
    {% endfor -%}
    candidate_count,
    verdict
from {{ ref('int_activation__discovery') }}
