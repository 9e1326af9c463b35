select
    previous_id,
    next_id,
    event_at,
    message_id
from {{ ref('int_users__aliases') }}
qualify row_number() over (
        partition by previous_id order by event_at desc, message_id desc
    ) = 1
