-- depends_on: {{ ref('gate_core') }}
with

used as (
    select * from {{ ref('int_actors__features') }}
),

actors as (
    select grain, count(*) as actor_count
    from {{ ref('int_actors__active_periods') }}
    where period_type = 'month' and period_start = cohort_start
    group by grain
),

offered as (
    select feature, min(introduced_on) as launched_on
    from {{ ref('stg_definitions__tracking_plan') }}
    where feature is not null and is_active_signal and status in ('live', 'deprecated')
    group by feature
),

-- What the plan offers and nobody uses has a row too.
known as (
    select feature from offered
    union
    select feature from used
),

grains as (
    select 'user' as grain
    union all
    select 'account' as grain
),

counted as (
    select
        grain,
        feature,
        count(*) as tried_count,
        count(adopted_on) as adopted_count,
        count(habitual_on) as habitual_count,
        count(case when is_current then 1 end) as current_count,
        count(case when is_mature then 1 end) as mature_count,
        count(case when is_mature and is_adopted_in_28_days then 1 end)
            as mature_adopted_count,
        sum(event_count) as event_count,
        sum(used_day_count) as used_day_count,
        median({{ periods_between("'day'", 'tried_on', 'adopted_on') }})
            as median_days_to_adopt
    from used
    group by grain, feature
),

final as (
    select
        grains.grain,
        known.feature,
        offered.launched_on,
        cast(coalesce(actors.actor_count, 0) as bigint) as actor_count,
        {% for name in ['tried', 'adopted', 'habitual', 'current', 'mature'] -%}
        cast(coalesce(counted.{{ name }}_count, 0) as bigint) as {{ name }}_count,
        {% endfor -%}
        {{ safe_divide('counted.tried_count', 'actors.actor_count') }} as reach,
        {{ safe_divide('counted.mature_adopted_count', 'counted.mature_count') }}
            as adoption_rate,
        {{ safe_divide('counted.event_count', 'counted.used_day_count') }}
            as events_per_day,
        cast(counted.median_days_to_adopt as double) as median_days_to_adopt,
        coalesce(counted.current_count, 0) = 0 as is_unused
    from known
    cross join grains
    left join actors on grains.grain = actors.grain
    left join offered on known.feature = offered.feature
    left join counted
        on grains.grain = counted.grain and known.feature = counted.feature
)

select * from final
