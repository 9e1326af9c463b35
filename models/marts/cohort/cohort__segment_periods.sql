-- depends_on: {{ ref('gate_core') }}
with

divided as (
    select
        actors.grain,
        actors.actor_key,
        dimensions.dimension,
        {{ segment_value() }} as dimension_value
    from {{ ref('int_actors__named_days') }} as actors
    {{ segment_joins(
        'actors.first_account_id', 'actors.user_id', 'actors.first_event_at'
    ) }}
    where actors.is_first
),

activity as (
    select
        activity.*,
        divided.dimension,
        divided.dimension_value
    from {{ ref('int_cohorts__activity') }} as activity
    inner join divided
        on activity.grain = divided.grain and activity.actor_key = divided.actor_key
    where activity.period_type in ('week', 'month')
),

calendar as (
    select * from {{ ref('int_cohorts__calendar') }}
),

{{ cohort_cells(['grain', 'dimension', 'dimension_value']) }}

select
    cells.*,
    {{ safe_divide('retained_count', 'eligible_count') }} as retention_rate
from cells
