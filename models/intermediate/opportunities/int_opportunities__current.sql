with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

opportunities as (
    {{ newest_versions(ref('stg_crm__opportunities'), ['opportunity_id']) }}
),

first_versions as (
    select
        opportunity_id,
        valid_from
    from {{ ref('stg_crm__opportunities') }}
    where version_number = 1
),

parties as (
    select * from {{ ref('int_parties__resolved') }} where source = 'crm'
),

final as (
    select
        opportunities.opportunity_id,
        coalesce(parties.account_id, 'crm:' || opportunities.crm_account_id) as account_id,
        opportunities.crm_account_id,
        opportunities.owner_id,
        opportunities.opportunity_type,
        opportunities.stage_name,
        opportunities.amount,
        opportunities.is_closed or opportunities.is_won as is_closed,
        opportunities.is_won,
        opportunities.close_date,
        coalesce(opportunities.created_at, first_versions.valid_from) as created_at
    from opportunities
    inner join first_versions
        on opportunities.opportunity_id = first_versions.opportunity_id
    cross join clock
    left join parties
        on opportunities.crm_account_id = parties.source_id
    where
        opportunities.deleted_at is null
        and coalesce(opportunities.created_at, first_versions.valid_from) <= clock.as_of_at
)

select * from final
