with

parts as (
    select
        event_name,
        event_key,
        {{ split_list('required_properties', ';') }} as part
    from {{ ref('stg_definitions__tracking_plan') }}
),

final as (
    select
        event_name,
        event_key,
        trim(split_part(part, ':', 1)) as property_name,
        nullif(lower(trim(split_part(part, ':', 2))), '') as expected_type
    from parts
    where trim(part) <> ''
)

select * from final
