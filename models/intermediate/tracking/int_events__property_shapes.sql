with

horizon as (
    select
        usage_as_of_at,
        {{ add_days('cast(usage_as_of_at as date)', -27) }} as first_date
    from {{ ref('int_clock__horizons') }}
),

messages as (
    select
        messages.event_key,
        cast(messages.event_at as date) as event_date,
        {{ json_member_names('messages.properties') }} as property_names,
        {{ json_member_types('messages.properties') }} as property_types
    from {{ ref('stg_events__message_properties') }} as messages
    cross join horizon
    where messages.message_type in ('track', 'page', 'screen')
        and messages.event_at <= horizon.usage_as_of_at
        and messages.event_at >= horizon.first_date
),

-- The same members in the same order and of the same types: there are few of them.
layouts as (
    select
        event_key,
        event_date,
        property_names,
        property_types,
        row_number() over (
            partition by event_key, event_date
            order by property_names, property_types
        ) as layout_key,
        count(*) as message_count
    from messages
    group by event_key, event_date, property_names, property_types
),

members as (
    select
        event_key,
        event_date,
        layout_key,
        {{ unnest_members('property_names', 'property_types') }}
    from layouts
),

named as (
    select
        event_key,
        event_date,
        layout_key,
        {{ json_type_word('engine_type') }} as value_type,
        case
            when property_name like '%_@_%._%' then {{ public_id('property_name') }}
            else substr(property_name, 1, 200)
        end as property_name
    from members
),

-- A property that stands twice in a message, with values of two types, is of neither.
properties as (
    select
        event_key,
        event_date,
        layout_key,
        property_name,
        case
            when min(value_type) = max(value_type) then min(value_type)
            else 'several'
        end as value_type
    from named
    group by event_key, event_date, layout_key, property_name
),

signatures as (
    select
        event_key,
        event_date,
        layout_key,
        {{ sorted_list("property_name || ':' || value_type") }} as signature
    from properties
    group by event_key, event_date, layout_key
),

shapes as (
    select
        layouts.event_key,
        layouts.event_date,
        {{ key64("coalesce(signatures.signature, '')") }} as shape_key,
        min(layouts.layout_key) as layout_key,
        sum(layouts.message_count) as message_count
    from layouts
    left join signatures
        on layouts.event_key = signatures.event_key
        and layouts.event_date = signatures.event_date
        and layouts.layout_key = signatures.layout_key
    group by
        layouts.event_key,
        layouts.event_date,
        {{ key64("coalesce(signatures.signature, '')") }}
),

final as (
    select
        shapes.event_key,
        shapes.event_date,
        shapes.shape_key,
        cast(shapes.message_count as bigint) as message_count,
        properties.property_name,
        properties.value_type
    from shapes
    inner join properties
        on shapes.event_key = properties.event_key
        and shapes.event_date = properties.event_date
        and shapes.layout_key = properties.layout_key
    union all
    select
        event_key,
        event_date,
        shape_key,
        cast(message_count as bigint) as message_count,
        cast(null as {{ engine_type('string') }}) as property_name,
        cast(null as {{ engine_type('string') }}) as value_type
    from shapes
)

select * from final
