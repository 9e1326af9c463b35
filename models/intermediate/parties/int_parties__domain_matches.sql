with

held as (
    select * from {{ ref('int_parties__unit_domains') }}
    where account_id is null
),

owners as (
    select * from {{ ref('int_parties__domain_owners') }}
    where account_id is not null
),

barred as (
    select * from {{ ref('stg_definitions__account_matches') }}
    where not is_match
),

holders as (
    select
        domain,
        count(*) as unit_count
    from {{ ref('int_parties__unit_domains') }}
    group by domain
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
    inner join holders
        on held.domain = holders.domain
    left join barred
        on held.source = barred.source
        and held.unit_id = barred.source_id
        and owners.account_id = barred.account_id
    where
        barred.account_id is null
        -- itself is no match, but with others at its side a reason to doubt one
        and (
            owners.account_id <> held.source || ':' || held.unit_id
            or holders.unit_count > 1
        )
        -- a CRM account joins a known account, not another one of the CRM
        and not (
            held.source = 'crm'
            and owners.owner_kind <> 'account'
            and owners.account_id <> held.source || ':' || held.unit_id
        )
        and not (
            held.source = 'billing'
            and owners.owner_kind = 'billing'
            and owners.account_id <> held.source || ':' || held.unit_id
        )
),

-- domains that point to several accounts point to none
final as (
    select
        source,
        unit_id,
        min(case when account_id <> source || ':' || unit_id then account_id end)
            as account_id,
        min(case when account_id <> source || ':' || unit_id then domain end) as domain,
        count(distinct account_id) as candidate_count
    from candidates
    group by source, unit_id
    having count(case when account_id <> source || ':' || unit_id then 1 end) > 0
)

select * from final
