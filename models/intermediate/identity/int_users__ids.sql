select user_key, min(user_id) as user_id
from {{ ref('int_users__canonical') }}
group by user_key
