-- depends_on: {{ ref('gate_core') }}
{% set day_order -%}
partition by account_id order by health_date rows between unbounded preceding and current row
{%- endset %}
with

scores as (
    select
        account_id,
        health_date,
        cast(sum(contribution) as decimal(6, 2)) as score,
        max(coverage_share) as coverage_share
    from {{ ref('int_accounts__health_components') }}
    group by account_id, health_date
    -- nothing known is no score
    having count(contribution) > 0
),

-- a band is left only when the score is three points past its border
signals as (
    select
        *,
    {% for name, border in [('healthy', 70), ('at_least_fair', 40)] -%}
    case
        when score >= {{ border + 3 }} then true
        when score < {{ border - 3 }} then false
        when row_number() over (partition by account_id order by health_date) = 1
            then score >= {{ border }}
    end as {{ name }}_signal{% if not loop.last %},{% endif %}
    {% endfor %}
    from scores
),

held as (
    select
        *,
        {{ last_known('healthy_signal', day_order) }} as is_healthy,
        {{ last_known('at_least_fair_signal', day_order) }} as is_fair
    from signals
),

final as (
    select
        account_id,
        health_date,
        score,
        case
            when is_healthy then 'healthy' when is_fair then 'fair' else 'at_risk'
        end as band,
        coverage_share,
        score
        - lag(score, 28)
            over (partition by account_id order by health_date)
            as score_change_28d
    from held
)

select * from final
