{{ config(materialized='view') }}

{{ raw_rows('events', 'messages') }}
