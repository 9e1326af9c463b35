select {{ key64('value') }} as device_key
from {{ ref('stg_definitions__internal_actors') }}
where kind = 'device_id'
