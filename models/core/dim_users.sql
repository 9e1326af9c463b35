select * from {{ ref('int_users__described') }}
