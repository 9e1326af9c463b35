with

resolved as (
    select * from {{ ref('int_parties__resolved') }}
    where source <> 'events'
),

-- a party has a match where another one is the same account
accounts as (
    select
        account_id,
        count(distinct source) as source_count,
        max(case when source = 'events' then 1 else 0 end) as has_events
    from {{ ref('int_parties__resolved') }}
    group by account_id
),

weights as (
    select
        'billing' as source,
        intervals.customer_id as source_id,
        sum(intervals.mrr_minor) as weight
    from {{ ref('int_subscription_items__mrr') }} as intervals
    cross join {{ ref('int_clock__horizons') }} as clock
    where intervals.valid_from <= clock.as_of_at and clock.as_of_at < intervals.valid_to
    group by intervals.customer_id
    union all
    select
        'support' as source,
        organization_id as source_id,
        count(*) as weight
    from {{ ref('stg_support__tickets') }}
    where version_number = 1 and organization_id is not null
    group by organization_id
),

final as (
    select
        resolved.source,
        count(*) as party_count,
        count(case when accounts.source_count > 1 then 1 end) as matched_count,
        count(case when accounts.has_events = 1 then 1 end) as with_events_count,
        {{ safe_divide(
            'count(case when accounts.source_count > 1 then 1 end)', 'count(*)'
        ) }}
            as matched_share,
        {{ safe_divide(
            'sum(case when accounts.source_count > 1 then weights.weight else 0 end)',
            'sum(weights.weight)'
        ) }} as matched_weight_share
    from resolved
    inner join accounts
        on resolved.account_id = accounts.account_id
    left join weights
        on resolved.source = weights.source
        and resolved.source_id = weights.source_id
    group by resolved.source
)

select * from final
