-- Every party of every source with what its newest version says of it.
with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

product_accounts as (
    select
        'events' as source,
        ids.account_id as source_id,
        traits.account_name as party_name,
        cast(null as {{ engine_type('string') }}) as explicit_id,
        cast(null as {{ engine_type('string') }}) as merged_into_id,
        cast(null as {{ engine_type('string') }}) as parent_id,
        first_times.first_seen_at as first_known_at
    from {{ ref('int_accounts__ids') }} as ids
    left join {{ ref('int_accounts__traits') }} as traits
        on ids.account_key = traits.account_key
    left join {{ ref('int_accounts__first_times') }} as first_times
        on ids.account_key = first_times.account_key
),

newest_crm_accounts as (
    {{ newest_versions(ref('stg_crm__accounts'), ['crm_account_id']) }}
),

newest_customers as (
    {{ newest_versions(ref('stg_billing__customers'), ['customer_id']) }}
),

newest_organizations as (
    {{ newest_versions(ref('stg_support__organizations'), ['organization_id']) }}
),

-- a merge is told by the version that deletes the account
targets as (
    select
        versions.crm_account_id,
        max_by(versions.merged_into_crm_account_id, versions.version_number)
            as merged_into_crm_account_id
    from {{ ref('stg_crm__accounts') }} as versions
    cross join clock
    where
        versions.merged_into_crm_account_id is not null
        and (versions.valid_from <= clock.as_of_at or versions.version_number = 1)
    group by versions.crm_account_id
),

crm_accounts as (
    select
        'crm' as source,
        accounts.crm_account_id as source_id,
        accounts.account_name as party_name,
        accounts.product_account_id as explicit_id,
        nullif(targets.merged_into_crm_account_id, accounts.crm_account_id)
            as merged_into_id,
        nullif(accounts.parent_crm_account_id, accounts.crm_account_id) as parent_id
    from newest_crm_accounts as accounts
    left join targets
        on accounts.crm_account_id = targets.crm_account_id
),

customers as (
    select
        'billing' as source,
        customer_id as source_id,
        customer_name as party_name,
        {{ metadata_account_id('metadata') }} as explicit_id,
        cast(null as {{ engine_type('string') }}) as merged_into_id,
        cast(null as {{ engine_type('string') }}) as parent_id
    from newest_customers
),

organizations as (
    select
        'support' as source,
        organization_id as source_id,
        organization_name as party_name,
        product_account_id as explicit_id,
        cast(null as {{ engine_type('string') }}) as merged_into_id,
        cast(null as {{ engine_type('string') }}) as parent_id
    from newest_organizations
),

first_times as (
    {% for source_name, relation, id, made_at in [
        ('crm', 'stg_crm__accounts', 'crm_account_id', 'created_at'),
        ('billing', 'stg_billing__customers', 'customer_id', 'created_at'),
        ('support', 'stg_support__organizations', 'organization_id', 'valid_from'),
    ] -%}
    select
        '{{ source_name }}' as source,
        {{ id }} as source_id,
        least(valid_from, coalesce({{ made_at }}, valid_from)) as first_known_at
    from {{ ref(relation) }}
    where version_number = 1
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

parties as (
    select * from crm_accounts
    union all
    select * from customers
    union all
    select * from organizations
),

final as (
    select * from product_accounts
    union all
    select
        parties.*,
        first_times.first_known_at
    from parties
    inner join first_times
        on parties.source = first_times.source
        and parties.source_id = first_times.source_id
)

select final.*
from final
cross join clock
-- what was made after the horizon is not there yet
where final.first_known_at <= clock.as_of_at or final.source = 'support'
