select {{ key64('value') }} as account_key
from {{ ref('stg_definitions__internal_actors') }}
where kind = 'account_id'
