with

shapes as (
    select * from {{ ref('int_events__property_shapes') }}
),

required as (
    select * from {{ ref('stg_definitions__required_properties') }}
),

demands as (
    select event_key, count(*) as required_count from required
    group by event_key
),

met as (
    select
        shapes.event_key,
        shapes.event_date,
        shapes.shape_key,
        count(*) as met_count
    from shapes
    inner join required
        on shapes.event_key = required.event_key
        and shapes.property_name = required.property_name
    where shapes.value_type <> 'null'
        and shapes.value_type = coalesce(required.expected_type, shapes.value_type)
    group by shapes.event_key, shapes.event_date, shapes.shape_key
),

final as (
    select
        names.event_name,
        sum(shapes.message_count) as checked_count,
        sum(
            case
                when coalesce(met.met_count, 0) < demands.required_count
                    then shapes.message_count
                else 0
            end
        ) as invalid_count
    from shapes
    inner join {{ ref('int_events__names') }} as names
        on shapes.event_key = names.event_key
    left join demands on shapes.event_key = demands.event_key
    left join met
        on shapes.event_key = met.event_key
        and shapes.event_date = met.event_date
        and shapes.shape_key = met.shape_key
    where shapes.property_name is null
    group by names.event_name
)

select * from final
