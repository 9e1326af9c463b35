-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('funnel_steps') }}
),

final as (
    select
        trim(funnel_id) as funnel_id,
        try_cast(trim(step_number) as bigint) as step_number,
        trim(event_name) as event_name,
        {{ key64('trim(event_name)') }} as event_key,
        nullif(trim(property_name), '') as property_name,
        nullif(trim(property_value), '') as property_value,
        coalesce(nullif(lower(trim(kind)), ''), 'step') as kind
    from seed
)

select * from final
