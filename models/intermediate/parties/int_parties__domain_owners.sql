with

held as (
    select * from {{ ref('int_parties__unit_domains') }}
),

masters as (
    select * from {{ ref('int_parties__masters') }}
),

explicit as (
    select * from {{ ref('int_parties__explicit_matches') }}
    where source = 'crm'
),

-- the account at the top of an account's family in the CRM
families as (
    select
        explicit.account_id,
        coalesce(min(top.account_id), explicit.account_id) as top_account_id
    from explicit
    inner join masters
        on explicit.unit_id = masters.source_id
    left join explicit as top
        on masters.ultimate_parent_id = top.unit_id
    group by explicit.account_id
),

-- a known account owns a domain alone, or as the parent of all that hold it
account_holders as (
    select
        held.domain,
        count(distinct held.account_id) as holder_count,
        min(held.account_id) as account_id,
        count(distinct coalesce(families.top_account_id, held.account_id))
            as family_count,
        min(coalesce(families.top_account_id, held.account_id)) as top_account_id
    from held
    left join families
        on held.account_id = families.account_id
    where held.account_id is not null
    group by held.domain
),

-- where no known account holds it: one account of the CRM, else one customer of billing
crm_holders as (
    select
        held.domain,
        count(distinct masters.ultimate_parent_id) as family_count,
        count(distinct held.unit_id) as holder_count,
        min(held.unit_id) as unit_id,
        min(masters.ultimate_parent_id) as top_unit_id
    from held
    left join masters
        on held.unit_id = masters.source_id
    where held.source = 'crm' and held.account_id is null
    group by held.domain
),

customer_holders as (
    select
        domain,
        count(distinct unit_id) as holder_count,
        min(unit_id) as unit_id
    from held
    where source = 'billing' and account_id is null
    group by domain
),

domains as (
    select domain from held
    group by domain
),

final as (
    select
        domains.domain,
        case
            when account_holders.domain is not null then 'account'
            when crm_holders.domain is not null then 'crm'
            when customer_holders.domain is not null then 'billing'
        end as owner_kind,
        coalesce(
            account_holders.holder_count,
            crm_holders.holder_count,
            customer_holders.holder_count
        )
            as holder_count,
        case
            when account_holders.holder_count = 1 then account_holders.account_id
            when account_holders.family_count = 1 then account_holders.top_account_id
            when account_holders.domain is not null then null
            when crm_holders.holder_count = 1 then 'crm:' || crm_holders.unit_id
            when crm_holders.family_count = 1 then 'crm:' || crm_holders.top_unit_id
            when crm_holders.domain is not null then null
            when
                customer_holders.holder_count = 1
                then 'billing:' || customer_holders.unit_id
        end as account_id
    from domains
    left join account_holders
        on domains.domain = account_holders.domain
    left join crm_holders
        on domains.domain = crm_holders.domain
    left join customer_holders
        on domains.domain = customer_holders.domain
)

select * from final
