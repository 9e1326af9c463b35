with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

resolved as (
    select * from {{ ref('int_parties__resolved') }}
),

-- an account is matched where several sources know it
accounts as (
    select
        account_id,
        count(distinct source) as source_count,
        max(case when source = 'events' then 1 else 0 end) = 1 as has_events
    from resolved
    group by account_id
),

parties as (
    select
        source,
        count(*) as party_count
    from resolved
    group by source
),

sources as (
    select count(*) as source_count
    from parties
),

weights as (
    select
        source,
        'parties' as measure,
        account_id,
        count(*) as weight
    from resolved
    group by source, account_id
    union all
    select
        'billing' as source,
        'mrr_' || intervals.currency as measure,
        intervals.account_id,
        sum(intervals.mrr_minor) as weight
    from {{ ref('int_subscription_items__mrr') }} as intervals
    cross join clock
    where intervals.valid_from <= clock.as_of_at and clock.as_of_at < intervals.valid_to
    group by intervals.currency, intervals.account_id
    union all
    select
        'support' as source,
        'tickets' as measure,
        account_id,
        count(*) as weight
    from {{ ref('fct_tickets') }}
    group by account_id
    union all
    select
        'events' as source,
        'active_days' as measure,
        account_id,
        count(*) as weight
    from {{ ref('int_accounts__user_days') }}
    group by account_id
),

sums as (
    select
        weights.source,
        weights.measure,
        cast(sum(weights.weight) as bigint) as total,
        cast(sum(
            case when accounts.source_count > 1 then weights.weight else 0 end
        ) as bigint) as matched,
        cast(
            sum(case when accounts.has_events then weights.weight else 0 end) as bigint
        ) as with_events
    from weights
    left join accounts
        on weights.account_id = accounts.account_id
    group by weights.source, weights.measure
),

final as (
    select
        sums.source,
        sums.measure,
        sources.source_count,
        coalesce(parties.party_count, 0) as party_count,
        sums.total,
        sums.matched,
        sums.with_events,
        {{ safe_divide('sums.matched', 'sums.total') }} as matched_share
    from sums
    left join parties
        on sums.source = parties.source
    cross join sources
)

select * from final
