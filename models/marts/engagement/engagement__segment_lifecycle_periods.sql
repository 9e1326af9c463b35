-- depends_on: {{ ref('gate_core') }}
with

-- Where an actor was in a period is where its last signal in it was.
divided as (
    select
        actors.grain,
        actors.actor_key,
        actors.activity_date,
        dimensions.dimension,
        {{ segment_value() }} as dimension_value
    from {{ ref('int_actors__named_days') }} as actors
    {{ segment_joins(
        'actors.last_account_id', 'actors.user_id', 'actors.last_event_at'
    ) }}
),

activity as (
    select
        periods.*,
        divided.dimension,
        divided.dimension_value
    from {{ ref('int_actors__active_periods') }} as periods
    inner join divided
        on periods.grain = divided.grain
        and periods.actor_key = divided.actor_key
        and periods.last_active_date = divided.activity_date
),

found as (
    select grain, dimension, dimension_value from activity
    group by grain, dimension, dimension_value
),

spine as (
    select
        found.grain,
        found.dimension,
        found.dimension_value,
        periods.period_type,
        periods.period_start,
        periods.is_open
    from found
    cross join {{ ref('int_calendar__periods') }} as periods
),

{{ lifecycle_counts(['dimension', 'dimension_value']) }}

select * from lifecycle
