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

crm_accounts as (
    {{ newest_versions(ref('stg_crm__accounts'), ['crm_account_id']) }}
),

contacts as (
    {{ newest_versions(ref('stg_crm__contacts'), ['contact_id']) }}
),

customers as (
    {{ newest_versions(ref('stg_billing__customers'), ['customer_id']) }}
),

organizations as (
    {{ newest_versions(ref('stg_support__organizations'), ['organization_id']) }}
),

listed_domains as (
    {{ newest_versions(
        ref('stg_support__domain_names'), ['organization_id', 'domain_name']
    ) }}
),

support_users as (
    {{ newest_versions(ref('stg_support__users'), ['support_user_id']) }}
),

product_users as (
    select
        accounts.account_id,
        canonical.user_id,
        max(accepted.email_domain) as email_domain
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

-- what a company says of itself (nobody), and what people's addresses say of theirs
hosts as (
    {% for relation, source_name, source_id, person_id, host, condition in [
        ('crm_accounts', 'crm', 'crm_account_id', none, 'web_domain', 'true'),
        ('customers', 'billing', 'customer_id', none, 'email_domain', 'true'),
        ('organizations', 'support', 'organization_id', none, split_words('domain_names'), 'true'),
        ('listed_domains', 'support', 'organization_id', none, 'domain_name', 'deleted_at is null'),
        ('contacts', 'crm', 'crm_account_id', 'contact_id', 'email_domain', 'deleted_at is null'),
        (
            'support_users', 'support', 'organization_id', 'support_user_id', 'email_domain',
            "deleted_at is null and coalesce(role, 'end-user') = 'end-user'",
        ),
        ('product_users', 'events', 'account_id', 'user_id', 'email_domain', 'true'),
    ] -%}
    select
        '{{ source_name }}' as source,
        {{ source_id }} as source_id,
        cast({{ person_id or 'null' }} as {{ engine_type('string') }}) as person_id,
        {{ host }} as host
    from {{ relation }}
    where {{ condition }}
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

labelled as (
    select
        source,
        source_id,
        person_id,
        host,
        regexp_extract(host, '[^.]+[.][^.]+$', 0) as last_two,
        regexp_extract(host, '[^.]+[.][^.]+[.][^.]+$', 0) as last_three
    from hosts
    where host like '%_._%' and source_id is not null
),

registrable as (
    select
        labelled.source,
        labelled.source_id,
        labelled.person_id,
        case
            when suffixes.suffix is null then labelled.last_two else
                nullif(labelled.last_three, '')
        end
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
