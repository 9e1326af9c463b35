with

usage as (
    select * from {{ ref('int_accounts__health_usage') }}
),

money as (
    select * from {{ ref('int_accounts__health_money') }}
),

relations as (
    select * from {{ ref('int_accounts__health_relations') }}
),

weights as (
    select * from {{ ref('stg_definitions__health_weights') }}
),

features as (
    select count(distinct feature) as feature_count
    from {{ ref('stg_definitions__tracking_plan') }}
    where is_active_signal and status in ('live', 'deprecated')
),

measured as (
    select
        usage.account_id,
        usage.health_date,
        -- a baseline needs eight weeks of its own before the last four
        case
            when usage.age_days >= 83
                then coalesce(
                        {{ safe_divide(
                            'usage.user_day_count * least(usage.age_days - 27, 84)',
                            '(usage.baseline_user_day_count * 28)'
                        ) }},
                        case when usage.user_day_count > 0 then 1.0 else 0.0 end
                    )
        end as usage_trend,
        {{ safe_divide(
            'usage.active_user_count', 'coalesce(money.seat_count, usage.known_user_count)'
        ) }} as active_seats,
        {{ safe_divide('usage.feature_count', 'features.feature_count') }} as breadth,
        coalesce(
            {{ safe_divide('usage.user_day_count', 'usage.active_user_count') }}, 0.0
        ) as depth,
        case
            when relations.ticket_count = 0 then 0.0
            else cast(relations.ticket_count as double)
                / greatest(usage.active_user_count, 1)
        end as support,
        cast(money.late_days as double) as payment,
        -- the nearer of the two; least and greatest pass over nulls
        case
            when money.ends_at is not null or relations.renewal_date is not null
                then cast(greatest({{ microseconds_between(
                    'usage.day_ends_at',
                    'least(money.ends_at, cast(relations.renewal_date as timestamp))'
                ) }}, 0) as double) / 86400000000.0
        end as renewal
    from usage
    cross join features
    left join money
        on usage.account_id = money.account_id and usage.health_date = money.health_date
    left join relations
        on usage.account_id = relations.account_id
        and usage.health_date = relations.health_date
),

measures as (
    {% for component in [
        'usage_trend', 'active_seats', 'breadth', 'depth', 'support', 'payment', 'renewal'
    ] -%}
    select
        account_id,
        health_date,
        '{{ component }}' as component,
        {{ component }} as measure
    from measured
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

-- 0 to 100 in ten-thousandths, so that engines round alike
scored as (
    select
        measures.account_id,
        measures.health_date,
        measures.component,
        measures.measure,
        weights.weight,
        case
            when measures.measure is not null
                then cast(round(1000000 * least(greatest(
                        (measures.measure - weights.zero_at)
                        / (weights.full_at - weights.zero_at),
                        0.0
                    ), 1.0)) as bigint)
        end as sub_score_units
    from measures
    inner join weights
        on measures.component = weights.component
),

weighted as (
    select
        *,
        sum(case when measure is not null then weight else 0 end) over (
            partition by account_id, health_date
        ) as known_weight,
        sum(weight) over (partition by account_id, health_date) as all_weight
    from scored
),

final as (
    select
        account_id,
        health_date,
        component,
        measure,
        cast(
            cast(sub_score_units as decimal(9, 0))
            * cast(0.0001 as decimal(5, 4)) as decimal(7, 4)
        ) as sub_score,
        weight,
        cast(
            cast({{ rounded_quotient(
                '(' ~ picos('weight') ~ ' * sub_score_units)', '(' ~ picos('known_weight') ~ ' * 100)'
            ) }} as decimal(9, 0)) * cast(0.01 as decimal(3, 2)) as decimal(6, 2)
        ) as contribution,
        {{ safe_divide('known_weight', 'all_weight') }} as coverage_share
    from weighted
)

select * from final
