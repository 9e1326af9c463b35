with

filters as (
    select event_key, property_name
    from {{ ref('stg_definitions__funnel_steps') }}
    where property_name is not null
    group by event_key, property_name
),

final as (
    select
        properties.message_key,
        filters.property_name,
        {{ json_text_at('properties.properties', 'filters.property_name') }}
            as property_value
    from {{ ref('stg_events__message_properties') }} as properties
    inner join filters on properties.event_key = filters.event_key
)

select * from final
where property_value is not null
