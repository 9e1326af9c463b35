{#
  CTEs, the last of which is `step_rows`: how many actors' winning attempts reached each step, and
  the conversions. Expects the CTE `attempts`: the columns of int_funnels__attempts without excluded
  actors, and the keys.
    keys  columns by which actors are kept apart beside the funnel, a list
#}
{% macro funnel_step_rows(keys=[]) -%}
steps as (
    select funnel_id, step_number, max(kind) as kind
    from {{ ref('stg_definitions__funnel_steps') }}
    where kind in ('step', 'optional')
    group by funnel_id, step_number
),

reached as (
    select
        funnel_id,
        {% for key in keys -%} {{ key }}, {% endfor -%}
        step_number,
        count(*) as actor_count,
        count(case when not has_open_window then 1 end) as mature_count,
        median(microseconds_from_previous)
        / cast(1000000 as double) as median_seconds_from_previous,
        percentile_cont(0.9) within group (order by microseconds_from_previous)
        / cast(1000000 as double) as p90_seconds_from_previous
    from attempts
    group by funnel_id, {% for key in keys -%} {{ key }}, {% endfor -%} step_number
),

{% if keys -%}
groups as (
    select funnel_id, {{ keys | join(', ') }}
    from attempts
    group by funnel_id, {{ keys | join(', ') }}
),

spine as (
    select steps.*, {% for key in keys -%} groups.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
    from steps
    inner join groups on steps.funnel_id = groups.funnel_id
),
{%- else -%}
spine as (
    select * from steps
),
{%- endif %}

step_counts as (
    select
        spine.*,
        coalesce(reached.actor_count, 0) as actor_count,
        coalesce(reached.mature_count, 0) as mature_count,
        reached.median_seconds_from_previous,
        reached.p90_seconds_from_previous
    from spine
    left join reached
        on spine.funnel_id = reached.funnel_id
        and spine.step_number = reached.step_number
        {%- for key in keys %}
        and spine.{{ key }} = reached.{{ key }}
        {%- endfor %}
),

-- A step is compared with the last mandatory one before it.
compared as (
    select
        *,
        first_value(mature_count) over (
            partition by funnel_id {%- for key in keys %}, {{ key }} {%- endfor %} order by step_number
            rows between unbounded preceding and unbounded following
        ) as first_mature_count,
        {{ last_known(
            "case when kind = 'step' then mature_count end",
            'partition by ' ~ (['funnel_id'] + keys) | join(', ') ~ ' order by step_number'
            ~ ' rows between unbounded preceding and 1 preceding',
        ) }} as previous_mature_count
    from step_counts
),

step_rows as (
    select
        funnel_id,
        {% for key in keys -%} {{ key }}, {% endfor -%}
        step_number,
        kind = 'optional' as is_optional,
        cast(actor_count as bigint) as actor_count,
        cast(mature_count as bigint) as mature_count,
        cast(previous_mature_count - mature_count as bigint) as dropped_count,
        {{ safe_divide('mature_count', 'first_mature_count') }} as conversion_from_first,
        {{ safe_divide('mature_count', 'previous_mature_count') }} as conversion_from_previous,
        median_seconds_from_previous,
        p90_seconds_from_previous
    from compared
)
{%- endmacro %}
