-- depends_on: {{ ref('gate_core') }}
with

user_days as (
    select
        dimensions.dimension,
        {{ segment_value() }} as dimension_value,
        actors.activity_date,
        actors.next_active_date
    from {{ ref('int_actors__named_days') }} as actors
    {{ segment_joins(
        'actors.last_account_id', 'actors.user_id', 'actors.last_event_at'
    ) }}
    where actors.grain = 'user'
),

found as (
    select dimension, dimension_value from user_days
    group by dimension, dimension_value
),

spine as (
    select
        found.dimension,
        found.dimension_value,
        days.activity_date,
        days.is_open
    from found
    cross join {{ ref('int_calendar__days') }} as days
),

{{ trailing_active_users(['dimension', 'dimension_value']) }}

select * from trailing_days
