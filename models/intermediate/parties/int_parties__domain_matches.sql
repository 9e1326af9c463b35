with

held as (
    select * from {{ ref('int_parties__unit_domains') }} where account_id is null
),

owners as (
    select * from {{ ref('int_parties__domain_owners') }} where account_id is not null
),

barred as (
    select * from {{ ref('stg_definitions__account_matches') }} where not is_match
),

candidates as (
    select
        held.source,
        held.unit_id,
        owners.account_id,
        held.domain
    from held
    inner join owners
        on held.domain = owners.domain
    left join barred
        on held.source = barred.source
        and held.unit_id = barred.source_id
        and owners.account_id = barred.account_id
    where
        barred.account_id is null
        -- itself is no match
        and owners.account_id <> held.source || ':' || held.unit_id
        -- a CRM account joins a known account, not another one of the CRM
        and not (held.source = 'crm' and owners.owner_kind <> 'account')
        and not (held.source = 'billing' and owners.owner_kind = 'billing')
),

-- domains that point to several accounts point to none
final as (
    select
        source,
        unit_id,
        min(account_id) as account_id,
        min(domain) as domain,
        count(distinct account_id) as candidate_count
    from candidates
    group by source, unit_id
)

select * from final
