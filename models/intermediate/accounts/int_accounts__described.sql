with

parties as (
    select * from {{ ref('int_accounts__parties') }}
),

ids as (
    select * from {{ ref('int_accounts__ids') }}
),

final as (
    select
        parties.account_id,
        coalesce(traits.account_name, parties.account_name) as account_name,
        parties.crm_account_id,
        parties.billing_customer_id,
        parties.support_organization_id,
        parties.match_method,
        parties.match_confidence,
        parties.match_evidence,
        coalesce(traits.plan, parties.plan) as plan,
        coalesce(traits.segment, parties.segment) as segment,
        traits.region,
        coalesce(traits.industry, parties.industry) as industry,
        parties.country,
        parties.employee_count,
        parties.owner_id,
        parties.parent_account_id,
        coalesce(first_times.first_seen_at, parties.first_known_at) as first_seen_at,
        first_times.signed_up_at,
        ids.account_key is not null as has_events,
        internal_accounts.account_key is not null as is_internal
    from parties
    left join ids
        on parties.account_id = ids.account_id
    left join {{ ref('int_accounts__traits') }} as traits
        on ids.account_key = traits.account_key
    left join {{ ref('int_accounts__first_times') }} as first_times
        on ids.account_key = first_times.account_key
    left join {{ ref('int_accounts__internal') }} as internal_accounts
        on ids.account_key = internal_accounts.account_key
)

select * from final
