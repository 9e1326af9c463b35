-- depends_on: {{ ref('gate_core') }}
with

spine as (
    select activity_date, is_open from {{ ref('int_calendar__days') }}
),

user_days as (
    select
        activity_date,
        lead(activity_date) over (
            partition by actor_key order by activity_date
        ) as next_active_date
    from {{ ref('int_actors__active_days') }}
    where grain = 'user'
),

{{ trailing_active_users() }}

select * from trailing_days
