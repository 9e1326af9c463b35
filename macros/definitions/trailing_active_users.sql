{#
  CTEs, the last of which is `trailing_days`: users active on each day and in the 7 and 28 days that end
  with it. A day of activity makes its user active for the window's length, or until the next
  active day takes over: each user counts once a day, exactly, where that day was spent. Expects
  the CTEs
    user_days  a row per user and active day: the keys, activity_date, next_active_date
    spine      the keys, activity_date and is_open of every day to report
    keys  columns by which users are kept apart, a list
#}
{% macro trailing_active_users(keys=[]) -%}
  {%- set windows = {'daily': 1, 'weekly': 7, 'monthly': 28} -%}
  {%- set own_keys -%} {% for key in keys -%} {{ key }}, {% endfor -%} {%- endset -%}
begun as (
    select
        {{ own_keys }}
        activity_date as step_date,
        {% for name in windows -%}
        count(*) as {{ name }}_step{{ ',' if not loop.last }}
        {% endfor %}
    from user_days
    group by {{ own_keys }} activity_date
),

{% for name, length in windows.items() -%}
{{ name }}_ended as (
    select
        {{ own_keys }}
        case
            when next_active_date < {{ add_days('activity_date', length) }} then next_active_date
            else {{ add_days('activity_date', length) }}
        end as step_date,
        {% for other in windows -%}
        {{ '-1' if other == name else '0' }} as {{ other }}_step{{ ',' if not loop.last }}
        {% endfor %}
    from user_days
),

{% endfor -%}

steps as (
    select * from begun
    {%- for name in windows %}
    union all
    select * from {{ name }}_ended
    {%- endfor %}
),

changes as (
    select
        {{ own_keys }}
        step_date,
        {% for name in windows -%}
        sum({{ name }}_step) as {{ name }}_change{{ ',' if not loop.last }}
        {% endfor %}
    from steps
    group by {{ own_keys }} step_date
),

summed as (
    select
        spine.*,
        {% for name in windows -%}
        sum(coalesce(changes.{{ name }}_change, 0)) over (
            {% if keys -%} partition by spine.{{ keys | join(', spine.') }} {% endif -%}
            order by spine.activity_date rows between unbounded preceding and current row
        ) as {{ name }}_active_users{{ ',' if not loop.last }}
        {% endfor %}
    from spine
    left join changes
        on spine.activity_date = changes.step_date
        {%- for key in keys %}
        and spine.{{ key }} = changes.{{ key }}
        {%- endfor %}
),

trailing_days as (
    select
        {{ own_keys }}
        activity_date,
        {% for name in windows -%}
        cast({{ name }}_active_users as bigint) as {{ name }}_active_users,
        {% endfor -%}
        {{ safe_divide('daily_active_users', 'monthly_active_users') }} as stickiness,
        is_open
    from summed
)
{%- endmacro %}
