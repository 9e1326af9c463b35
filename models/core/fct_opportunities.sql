with

versions as (
    select * from {{ ref('int_opportunities__versions') }}
),

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

parties as (
    select * from {{ ref('int_parties__resolved') }}
    where source = 'crm'
),

stages as (
    select
        opportunity_id,
        count(*) as stage_count
    from {{ ref('int_opportunities__stages') }}
    group by opportunity_id
),

openings as (
    select
        opportunity_id,
        max(valid_from) as last_open_from
    from versions
    where not is_closed
    group by opportunity_id
),

-- The first version that is closed and stays closed. Where the first one known is
-- closed already, it closed before: on its close date, if that may be.
closings as (
    select
        versions.opportunity_id,
        versions.owner_id,
        case
            when not versions.is_first then versions.valid_from
            when versions.close_date <= cast(versions.created_at as date)
                then versions.created_at
            when cast(versions.close_date as timestamp) < versions.valid_from
                then cast(versions.close_date as timestamp)
            else versions.valid_from
        end as closed_at,
        versions.is_first and versions.created_at < versions.valid_from as is_inferred
    from versions
    left join openings
        on versions.opportunity_id = openings.opportunity_id
    where versions.is_closed
        and (
            openings.last_open_from is null
            or openings.last_open_from < versions.valid_from
        )
    qualify
        row_number() over (
            partition by versions.opportunity_id order by versions.valid_from
        ) = 1
),

final as (
    select
        newest.opportunity_id,
        coalesce(parties.account_id, 'crm:' || newest.crm_account_id) as account_id,
        newest.crm_account_id,
        newest.owner_id,
        closings.owner_id as owner_at_close_id,
        newest.opportunity_type,
        lower(newest.opportunity_type) like '%renew%' as is_renewal,
        newest.stage_name,
        newest.amount,
        newest.is_closed,
        newest.is_won,
        case
            when newest.is_won then 'won' when newest.is_closed then 'lost' else 'open'
        end as outcome,
        newest.close_date,
        newest.created_at,
        closings.closed_at,
        {{ microseconds_between(
            'newest.created_at', 'coalesce(closings.closed_at, clock.as_of_at)'
        ) }} / cast(86400000000 as double) as age_days,
        stages.stage_count,
        coalesce(closings.is_inferred, false) as is_inferred
    from versions as newest
    cross join clock
    inner join stages
        on newest.opportunity_id = stages.opportunity_id
    left join closings
        on newest.opportunity_id = closings.opportunity_id
    left join parties
        on newest.crm_account_id = parties.source_id
    where newest.is_newest
)

select * from final
