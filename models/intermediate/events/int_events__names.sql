{{ config(materialized='view') }}

select text_key as event_key, text as event_name
from {{ ref('stg_events__texts') }}
where kind = 'event'
