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

-- a merge is told by the version that deletes the account
merges as (
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
        nullif(merges.merged_into_crm_account_id, accounts.crm_account_id) as merged_into_id,
        nullif(accounts.parent_crm_account_id, accounts.crm_account_id) as parent_id
    from ({{ newest_versions(ref('stg_crm__accounts'), ['crm_account_id']) }}) as accounts
    left join merges
        on accounts.crm_account_id = merges.crm_account_id
),

customers as (
    select
        'billing' as source,
        customer_id as source_id,
        customer_name as party_name,
        case
            when {{ is_json_object('metadata') }} then coalesce(
                {% for key in var('account_id_keys') -%}
                {{ public_id("nullif(" ~ trimmed(json_text('metadata', '$.' ~ key)) ~ ", '')") }}
                {%- if not loop.last %},{% endif %}
                {% endfor -%}
            )
        end as explicit_id,
        cast(null as {{ engine_type('string') }}) as merged_into_id,
        cast(null as {{ engine_type('string') }}) as parent_id
    from ({{ newest_versions(ref('stg_billing__customers'), ['customer_id']) }}) as customers
),

organizations as (
    select
        'support' as source,
        organization_id as source_id,
        organization_name as party_name,
        product_account_id as explicit_id,
        cast(null as {{ engine_type('string') }}) as merged_into_id,
        cast(null as {{ engine_type('string') }}) as parent_id
    from ({{ newest_versions(ref('stg_support__organizations'), ['organization_id']) }}) as organizations
),

first_times as (
    select 'crm' as source, crm_account_id as source_id, least(valid_from, coalesce(created_at, valid_from)) as first_known_at
    from {{ ref('stg_crm__accounts') }} where version_number = 1
    union all
    select 'billing' as source, customer_id, least(valid_from, coalesce(created_at, valid_from))
    from {{ ref('stg_billing__customers') }} where version_number = 1
    union all
    select 'support' as source, organization_id, valid_from
    from {{ ref('stg_support__organizations') }} where version_number = 1
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
