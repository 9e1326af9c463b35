{{ config(materialized='view') }}

select text_key as source_key, text as source
from {{ ref('stg_events__texts') }}
where kind = 'source'
