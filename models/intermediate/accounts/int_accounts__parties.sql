with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

parties as (
    select * from {{ ref('int_parties__resolved') }}
),

crm_accounts as (
    {{ newest_versions(ref('stg_crm__accounts'), ['crm_account_id']) }}
),

customers as (
    {{ newest_versions(ref('stg_billing__customers'), ['customer_id']) }}
),

organizations as (
    {{ newest_versions(ref('stg_support__organizations'), ['organization_id']) }}
),

-- of several CRM accounts the one that others were merged into, then the newest
main_crm as (
    select
        parties.account_id,
        crm_accounts.*
    from parties
    inner join crm_accounts
        on parties.source_id = crm_accounts.crm_account_id
    where parties.source = 'crm'
    qualify row_number() over (
            partition by parties.account_id
            order by
                case when crm_accounts.deleted_at is null then 0 else 1 end,
                case when parties.method = 'merged' then 1 else 0 end,
                parties.valid_from desc,
                parties.source_id asc
        ) = 1
),

main_customers as (
    select
        parties.account_id,
        customers.*
    from parties
    inner join customers
        on parties.source_id = customers.customer_id
    where parties.source = 'billing'
    qualify row_number() over (
            partition by parties.account_id
            order by
                case when customers.deleted_at is null then 0 else 1 end,
                parties.valid_from desc,
                parties.source_id asc
        ) = 1
),

main_organizations as (
    select
        parties.account_id,
        organizations.*
    from parties
    inner join organizations
        on parties.source_id = organizations.organization_id
    where parties.source = 'support'
    qualify row_number() over (
            partition by parties.account_id
            order by
                case when organizations.deleted_at is null then 0 else 1 end,
                parties.valid_from desc,
                parties.source_id asc
        ) = 1
),

matches as (
    select * from {{ ref('int_accounts__match_evidence') }}
),

plans as (
    select
        intervals.account_id,
        intervals.plan
    from {{ ref('int_subscription_items__mrr') }} as intervals
    cross join clock
    where intervals.valid_from <= clock.as_of_at and clock.as_of_at < intervals.valid_to
    qualify row_number() over (
            partition by intervals.account_id
            order by intervals.mrr_minor desc, intervals.subscription_item_id asc
        ) = 1
),

final as (
    select
        matches.account_id,
        main_crm.crm_account_id,
        main_customers.customer_id as billing_customer_id,
        main_organizations.organization_id as support_organization_id,
        matches.match_method,
        matches.match_confidence,
        matches.match_evidence,
        coalesce(
            main_crm.account_name,
            main_customers.customer_name,
            main_organizations.organization_name
        )
            as account_name,
        plans.plan,
        {{ size_segment('main_crm.employee_count') }} as segment,
        main_crm.industry,
        coalesce(main_crm.country, main_customers.country) as country,
        main_crm.employee_count,
        main_crm.owner_id,
        parents.account_id as parent_account_id,
        matches.party_count,
        matches.first_known_at
    from matches
    left join main_crm
        on matches.account_id = main_crm.account_id
    left join main_customers
        on matches.account_id = main_customers.account_id
    left join main_organizations
        on matches.account_id = main_organizations.account_id
    left join plans
        on matches.account_id = plans.account_id
    left join parties as parents
        on parents.source = 'crm'
        and main_crm.parent_crm_account_id = parents.source_id
        and matches.account_id <> parents.account_id
)

select * from final
