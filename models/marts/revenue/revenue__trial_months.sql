with

counts as (
    select
        cast(date_trunc('month', started_at) as date) as month,
        count(*) as started_count,
        count(case when is_mature then 1 end) as mature_count,
        count(case when is_mature and outcome = 'converted' then 1 end)
            as converted_count,
        count(case when outcome = 'expired' then 1 end) as expired_count,
        count(case when not is_mature then 1 end) as pending_count
    from {{ ref('revenue__trials') }}
    group by cast(date_trunc('month', started_at) as date)
),

final as (
    select
        *,
        {{ safe_divide('converted_count', 'mature_count') }} as trial_conversion_rate
    from counts
)

select * from final
