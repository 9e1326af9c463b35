with

dunning as (
    select * from {{ ref('revenue__dunning') }}
),

counts as (
    select
        cast(date_trunc('month', first_failed_at) as date) as month,
        currency,
        count(*) as failed_count,
        count(case when outcome = 'recovered' then 1 end) as recovered_count,
        count(case when outcome = 'lost' then 1 end) as lost_count,
        count(case when outcome = 'pending' then 1 end) as pending_count,
        cast(sum(amount_due_minor) as bigint) as failed_minor,
        cast(
            sum(
                case when outcome = 'recovered' then amount_due_minor else 0 end
            ) as bigint
        )
            as recovered_minor,
        cast(sum(case when outcome = 'lost' then amount_due_minor else 0 end) as bigint)
            as lost_minor,
        cast(
            sum(
                case when outcome = 'pending' then amount_due_minor else 0 end
            ) as bigint
        )
            as pending_minor,
        cast(sum(mrr_at_risk_minor) as bigint) as mrr_at_risk_minor,
        median(days_to_recovery) as median_days_to_recovery
    from dunning
    group by cast(date_trunc('month', first_failed_at) as date), currency
),

-- what is still being tried is neither recovered nor lost
final as (
    select
        *,
        {{ safe_divide('recovered_count', '(recovered_count + lost_count)') }}
            as recovery_rate,
        {{ safe_divide('recovered_minor', '(recovered_minor + lost_minor)') }}
            as recovery_rate_of_amount
    from counts
)

select * from final
