{#- Days that a property must have been absent before it counts as new. #}
{%- set new_days = 7 %}

with

horizon as (
    select {{ add_days('cast(usage_as_of_at as date)', -(new_days - 1)) }} as new_since
    from {{ ref('int_clock__horizons') }}
),

shapes as (
    select
        names.event_name,
        shapes.event_date,
        shapes.message_count,
        shapes.property_name,
        shapes.value_type
    from {{ ref('int_events__property_shapes') }} as shapes
    inner join {{ ref('int_events__names') }} as names
        on shapes.event_key = names.event_key
),

events as (
    select
        event_name,
        sum(message_count) as message_count,
        min(event_date) as first_date
    from shapes
    where property_name is null
    group by event_name
),

typed as (
    select
        event_name,
        property_name,
        value_type,
        sum(message_count) as value_count,
        min(event_date) as first_date,
        max(event_date) as last_date,
        row_number() over (
            partition by event_name, property_name
            order by sum(message_count) desc, value_type
        ) as type_rank
    from shapes
    where property_name is not null and value_type <> 'null'
    group by event_name, property_name, value_type
),

seen as (
    select
        event_name,
        property_name,
        sum(value_count) as present_count,
        {{ sorted_list('value_type') }} as value_types,
        max(case when type_rank = 1 then value_type end) as usual_type,
        min(first_date) as first_seen_on,
        max(last_date) as last_seen_on,
        min(case when type_rank > 1 then first_date end) as other_type_first_seen_on
    from typed
    group by event_name, property_name
),

paired as (
    select
        coalesce(required.event_name, seen.event_name) as event_name,
        coalesce(required.property_name, seen.property_name) as property_name,
        required.property_name is not null as is_required,
        required.expected_type,
        seen.present_count,
        seen.value_types,
        seen.usual_type,
        seen.first_seen_on,
        seen.last_seen_on,
        seen.other_type_first_seen_on
    from {{ ref('stg_definitions__required_properties') }} as required
    full outer join seen
        on required.event_name = seen.event_name
        and required.property_name = seen.property_name
),

wrong as (
    select
        paired.event_name,
        paired.property_name,
        sum(typed.value_count) as wrong_type_count
    from paired
    inner join typed
        on paired.event_name = typed.event_name
        and paired.property_name = typed.property_name
    where typed.value_type <> coalesce(paired.expected_type, paired.usual_type)
    group by paired.event_name, paired.property_name
),

judged as (
    select
        paired.*,
        coalesce(events.message_count, 0) as event_count,
        coalesce(wrong.wrong_type_count, 0) as wrong_type_count,
        coalesce(
            not paired.is_required
            and paired.first_seen_on >= horizon.new_since
            and events.first_date < horizon.new_since,
            false
        ) as is_new
    from paired
    cross join horizon
    left join events on paired.event_name = events.event_name
    left join wrong
        on paired.event_name = wrong.event_name
        and paired.property_name = wrong.property_name
),

final as (
    select
        event_name,
        property_name,
        is_required,
        expected_type,
        usual_type,
        value_types,
        cast(event_count as bigint) as event_count,
        cast(coalesce(present_count, 0) as bigint) as present_count,
        cast(
            case
                when is_required then event_count - coalesce(present_count, 0) else 0
            end as bigint
        ) as missing_count,
        cast(wrong_type_count as bigint) as wrong_type_count,
        first_seen_on,
        last_seen_on,
        other_type_first_seen_on,
        is_new,
        nullif(concat_ws(
            ',',
            case
                when is_required and event_count > coalesce(present_count, 0)
                    then 'missing'
            end,
            case when is_new then 'new' end,
            case when wrong_type_count > 0 then 'wrong_type' end
        ), '') as findings
    from judged
)

select * from final
