select event_key, min(event_name) as event_name
from {{ ref('int_events__accepted') }}
group by event_key
