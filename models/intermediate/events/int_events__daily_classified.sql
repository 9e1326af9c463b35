{{ config(materialized='view') }}

select
    events.*,
    {{ is_planned() }} as is_planned,
    {{ is_active_signal() }} as is_active_signal,
    {{ exclusion_reason() }} as exclusion_reason
from {{ ref('int_events__daily') }} as events
{{ classification_joins() }}
