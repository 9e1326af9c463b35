select * from {{ ref('int_accounts__history') }}
