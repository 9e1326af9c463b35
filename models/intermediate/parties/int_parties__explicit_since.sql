-- Since when a party names the id that it names now.
with

parties as (
    select * from {{ ref('int_parties__named') }}
    where explicit_id is not null
),

versions as (
    select
        'crm' as source,
        crm_account_id as source_id,
        product_account_id as explicit_id,
        case
            when
                version_number = 1
                then least(valid_from, coalesce(created_at, valid_from))
            else valid_from
        end
            as valid_from
    from {{ ref('stg_crm__accounts') }}
    union all
    select
        'support' as source,
        organization_id,
        product_account_id,
        valid_from
    from {{ ref('stg_support__organizations') }}
    union all
    select
        'billing' as source,
        customer_id,
        {{ metadata_account_id('metadata') }} as explicit_id,
        case
            when
                version_number = 1
                then least(valid_from, coalesce(created_at, valid_from))
            else valid_from
        end
            as valid_from
    from {{ ref('stg_billing__customers') }}
),

final as (
    select
        parties.source,
        parties.source_id,
        min(versions.valid_from) as valid_from
    from parties
    inner join versions
        on parties.source = versions.source
        and parties.source_id = versions.source_id
        and parties.explicit_id = versions.explicit_id
    group by parties.source, parties.source_id
)

select * from final
