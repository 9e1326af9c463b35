-- The curve of the library is the product of the shares not activated at each step.
with

times as (
    select
        rule_id,
        dimension,
        dimension_value,
        observed_microseconds / cast(3600000000 as double) as hours,
        count(*) as seen_count,
        count(case when outcome = 'activated' then 1 end) as activated_count
    from {{ ref('int_activation__observed') }}
    group by rule_id, dimension, dimension_value, observed_microseconds
),

at_risk as (
    select
        *,
        sum(seen_count) over (
            partition by rule_id, dimension, dimension_value order by hours desc
        ) as at_risk_count
    from times
),

shares as (
    select
        *,
        activated_count = at_risk_count as is_last,
        case
            when activated_count < at_risk_count
                then ln(1 - activated_count / cast(at_risk_count as double))
            else 0
        end as log_share
    from at_risk
    where activated_count > 0
),

steps as (
    select
        *,
        case
            when bool_or(is_last) over so_far then 0
            else exp(sum(log_share) over so_far)
        end as share_not_activated
    from shares
    window
        so_far as (
            partition by rule_id, dimension, dimension_value order by hours
        )
)

select
    coalesce(steps.rule_id, drawn.rule_id) as rule_id,
    coalesce(steps.dimension, drawn.dimension) as dimension,
    coalesce(steps.dimension_value, drawn.dimension_value) as dimension_value,
    coalesce(steps.hours, drawn.hours) as hours,
    steps.share_not_activated,
    drawn.share_not_activated as drawn_share
from steps
full outer join {{ ref('activation__survival_steps') }} as drawn
    on steps.rule_id = drawn.rule_id
    and steps.dimension = drawn.dimension
    and steps.dimension_value = drawn.dimension_value
    and steps.hours = drawn.hours
where
    steps.at_risk_count is distinct from drawn.at_risk_count
    or steps.activated_count is distinct from drawn.activated_count
    or coalesce(abs(steps.share_not_activated - drawn.share_not_activated), 1) > 1e-9
