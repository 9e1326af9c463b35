select device_key, min(device_id) as device_id
from {{ ref('int_events__accepted') }}
group by device_key
