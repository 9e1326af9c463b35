{{ config(materialized='view') }}

with

accepted as (
    select unit_id, file_row, dedup_key, message_type, event_key, event_at
    from {{ ref('stg_events__messages') }}
    where outcome = 'accepted'
),

final as (
    select
        accepted.dedup_key as message_key,
        accepted.message_type,
        accepted.event_key,
        accepted.event_at,
        case
            when {{ is_json_object('base.properties') }} then base.properties
        end as properties
    from accepted
    inner join {{ ref('stg_events__load_units') }} as load_units
        on accepted.unit_id = load_units.unit_id
    inner join {{ ref('base_events__messages') }} as base
        on load_units.file_path = base.file_path
        and accepted.file_row = base.file_row
)

select * from final
