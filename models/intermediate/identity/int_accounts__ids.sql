select own_account_key as account_key, min(own_account_id) as account_id
from {{ ref('int_events__accepted') }}
where own_account_key is not null
group by own_account_key
