{{ config(materialized='view') }}

with

clock as (
    select * from {{ ref('int_clock__horizons') }}
)

select
    events.*,
    {{ is_active_signal() }} as is_active_signal
from {{ ref('int_events__resolved') }} as events
cross join clock
{{ classification_joins() }}
where events.message_type in ('track', 'page', 'screen')
    and events.event_at <= clock.as_of_at
    and {{ exclusion_reason() }} is null
