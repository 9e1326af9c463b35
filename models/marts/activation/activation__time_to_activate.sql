-- depends_on: {{ ref('gate_core') }}
with

actors as (
    select
        rule_id,
        grain,
        dimension,
        dimension_value,
        count(*) as actor_count,
        count(case when is_activated then 1 end) as activated_count,
        count(case when outcome = 'pending' then 1 end) as pending_count
    from {{ ref('int_activation__observed') }}
    group by rule_id, grain, dimension, dimension_value
),

-- The curve falls only: what it reaches first is when.
reached as (
    select
        rule_id,
        dimension,
        dimension_value,
        min(share_not_activated) as last_share,
        {% for name, share in {'p25': 0.75, 'median': 0.5, 'p75': 0.25}.items() -%}
        min(case when share_not_activated <= {{ share }} then hours end)
            as {{ name }}_hours,
        {% endfor -%}
        min(case when share_low <= 0.5 then hours end) as median_hours_low,
        min(case when share_high <= 0.5 then hours end) as median_hours_high
    from {{ ref('activation__survival_steps') }}
    group by rule_id, dimension, dimension_value
),

final as (
    select
        actors.rule_id,
        actors.grain,
        actors.dimension,
        actors.dimension_value,
        actors.actor_count,
        actors.activated_count,
        actors.pending_count,
        1 - coalesce(reached.last_share, 1) as share_activated,
        reached.p25_hours,
        reached.median_hours,
        reached.median_hours_low,
        reached.median_hours_high,
        reached.p75_hours
    from actors
    left join reached
        on actors.rule_id = reached.rule_id
        and actors.dimension = reached.dimension
        and actors.dimension_value = reached.dimension_value
)

select * from final
