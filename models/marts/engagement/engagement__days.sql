-- depends_on: {{ ref('gate_core') }}
{%- set windows = {'daily': 1, 'weekly': 7, 'monthly': 28} %}

with

days as (
    select * from {{ ref('int_calendar__days') }}
),

user_days as (
    select
        actor_key as user_key,
        activity_date,
        lead(activity_date)
            over (partition by actor_key order by activity_date)
            as next_active_date
    from {{ ref('int_actors__active_days') }}
    where grain = 'user'
),

-- A day of activity makes its user active for the window's length, or until the next
-- active day takes over: each user counts once a day, exactly.
{% for name, length in windows.items() -%}
{{ name }}_steps as (
    select activity_date as step_date, 1 as step
    from user_days
    union all
    select
        case
            when
                next_active_date < {{ add_days('activity_date', length) }}
                then next_active_date
            else {{ add_days('activity_date', length) }}
        end as step_date,
        -1 as step
    from user_days
),

{{ name }}_changes as (
    select step_date, sum(step) as change
    from {{ name }}_steps
    group by step_date
),

{% endfor -%}

summed as (
    select
        days.activity_date,
        days.is_open,
    {%- for name in windows %}
    sum(coalesce({{ name }}_changes.change, 0)) over (
        order by days.activity_date rows between unbounded preceding and current row
        ) as {{ name }}_active_users{% if not loop.last %},{% endif %}
    {%- endfor %}
    from days
    {% for name in windows -%}
    left join {{ name }}_changes on days.activity_date = {{ name }}_changes.step_date
    {% endfor -%}
),

final as (
    select
        activity_date,
        cast(daily_active_users as bigint) as daily_active_users,
        cast(weekly_active_users as bigint) as weekly_active_users,
        cast(monthly_active_users as bigint) as monthly_active_users,
        {{ safe_divide('daily_active_users', 'monthly_active_users') }} as stickiness,
        is_open
    from summed
)

select * from final
