with

final as (
    select
        ids.account_id,
        traits.account_name,
        cast(null as {{ engine_type('string') }}) as crm_account_id,
        cast(null as {{ engine_type('string') }}) as billing_customer_id,
        'product' as match_method,
        cast(1.0 as double) as match_confidence,
        traits.plan,
        traits.segment,
        traits.region,
        traits.industry,
        first_times.first_seen_at,
        first_times.signed_up_at,
        internal_accounts.account_key is not null as is_internal
    from {{ ref('int_accounts__ids') }} as ids
    left join
        {{ ref('int_accounts__traits') }} as traits
        on ids.account_key = traits.account_key
    left join {{ ref('int_accounts__first_times') }} as first_times
        on ids.account_key = first_times.account_key
    left join {{ ref('int_accounts__internal') }} as internal_accounts
        on ids.account_key = internal_accounts.account_key
)

select * from final
