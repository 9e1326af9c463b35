{{ config(materialized='view') }}

select text_key as device_key, text as device_id
from {{ ref('stg_events__texts') }}
where kind = 'device'
