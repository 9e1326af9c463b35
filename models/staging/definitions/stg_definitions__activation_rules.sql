-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('activation_rules') }}
),

final as (
    select
        trim(rule_id) as rule_id,
        lower(trim(grain)) as grain,
        trim(criterion_id) as criterion_id,
        trim(event_name) as event_name,
        {{ key64('trim(event_name)') }} as event_key,
        coalesce(try_cast(nullif(trim(min_count), '') as bigint), 1) as min_count,
        try_cast(nullif(trim(window_days), '') as bigint) as window_days
    from seed
)

select * from final
