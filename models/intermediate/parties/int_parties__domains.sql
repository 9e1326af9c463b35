with

free_mail as (
    select * from {{ ref('stg_definitions__free_mail_domains') }}
),

suffixes as (
    select * from {{ ref('stg_definitions__public_suffixes') }}
),

canonical as (
    select * from {{ ref('int_users__canonical') }}
),

websites as (
    select 'crm' as source, crm_account_id as source_id, web_domain as host
    from ({{ newest_versions(ref('stg_crm__accounts'), ['crm_account_id']) }}) as accounts
),

customers as (
    select 'billing' as source, customer_id as source_id, email_domain as host
    from ({{ newest_versions(ref('stg_billing__customers'), ['customer_id']) }}) as customers
),

organization_lists as (
    select 'support' as source, organization_id as source_id, {{ split_words('domain_names') }} as host
    from ({{ newest_versions(ref('stg_support__organizations'), ['organization_id']) }}) as organizations
),

organization_rows as (
    select 'support' as source, organization_id as source_id, domain_name as host
    from ({{ newest_versions(ref('stg_support__domain_names'), ['organization_id', 'domain_name']) }}) as names
    where deleted_at is null
),

-- what people's addresses say of their company: one row per person
people as (
    select 'crm' as source, crm_account_id as source_id, contact_id as person_id, email_domain as host
    from ({{ newest_versions(ref('stg_crm__contacts'), ['contact_id']) }}) as contacts
    where deleted_at is null
    union all
    select 'support' as source, organization_id, support_user_id, email_domain
    from ({{ newest_versions(ref('stg_support__users'), ['support_user_id']) }}) as users
    where deleted_at is null and coalesce(role, 'end-user') = 'end-user'
    union all
    select
        'events' as source,
        accounts.account_id,
        canonical.user_id,
        max(accepted.email_domain)
    from {{ ref('int_events__accepted') }} as accepted
    inner join canonical
        on accepted.own_user_key = canonical.own_user_key
    inner join {{ ref('int_users__account_intervals') }} as intervals
        on canonical.user_key = intervals.user_key
        and intervals.valid_to is null
    inner join {{ ref('int_accounts__ids') }} as accounts
        on intervals.account_key = accounts.account_key
    where accepted.email_domain is not null
    group by accounts.account_id, canonical.user_id
),

company_hosts as (
    select * from websites
    union all
    select * from customers
    union all
    select * from organization_lists
    union all
    select * from organization_rows
),

labelled as (
    select
        source,
        source_id,
        person_id,
        host,
        regexp_extract(host, '[^.]+[.][^.]+$', 0) as last_two,
        regexp_extract(host, '[^.]+[.][^.]+[.][^.]+$', 0) as last_three
    from (
        select source, source_id, cast(null as {{ engine_type('string') }}) as person_id, host from company_hosts
        union all
        select source, source_id, person_id, host from people
    ) as hosts
    where host like '%_._%' and source_id is not null
),

registrable as (
    select
        labelled.source,
        labelled.source_id,
        labelled.person_id,
        case when suffixes.suffix is null then labelled.last_two else nullif(labelled.last_three, '') end
            as domain
    from labelled
    left join suffixes
        on labelled.last_two = suffixes.suffix
),

owned as (
    select registrable.*
    from registrable
    left join free_mail
        on registrable.domain = free_mail.domain
    where registrable.domain is not null and free_mail.domain is null
),

counted as (
    select
        source,
        source_id,
        domain,
        count(case when person_id is null then 1 end) as company_count,
        count(person_id) as person_count,
        sum(count(person_id)) over (partition by source, source_id) as all_person_count
    from owned
    group by source, source_id, domain
),

-- the company's own, or that of most of its people
final as (
    select
        source,
        source_id,
        domain
    from counted
    where company_count > 0 or 2 * person_count > all_person_count
)

select * from final
