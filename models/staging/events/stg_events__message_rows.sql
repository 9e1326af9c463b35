{{ config(materialized='view') }}

{{ message_rows(ref('base_events__messages')) }}
