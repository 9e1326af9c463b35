-- depends_on: {{ ref('gate_core') }}
with

activity as (
    select * from {{ ref('int_actors__active_periods') }}
),

grains as (
    select 'user' as grain
    union all
    select 'account' as grain
),

spine as (
    select
        grains.grain,
        periods.period_type,
        periods.period_start,
        periods.is_open
    from {{ ref('int_calendar__periods') }} as periods
    cross join grains
),

{{ lifecycle_counts() }}

select * from lifecycle
