-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('tracking_plan') }}
),

final as (
    select
        trim(event_name) as event_name,
        {{ key64('trim(event_name)') }} as event_key,
        nullif(trim(feature), '') as feature,
        coalesce(lower(trim(is_active_signal)) in ('true', 't', '1', 'yes'), false)
            as is_active_signal,
        coalesce(nullif(lower(trim(status)), ''), 'live') as status,
        nullif(trim(owner), '') as owner,
        nullif(trim(question), '') as question,
        nullif(trim(required_properties), '') as required_properties,
        try_cast(nullif(trim(introduced_on), '') as date) as introduced_on,
        try_cast(nullif(trim(retired_on), '') as date) as retired_on
    from seed
)

select * from final
