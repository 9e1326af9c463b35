with

units as (
    select * from {{ ref('int_parties__units') }}
),

barred as (
    select * from {{ ref('stg_definitions__account_matches') }}
    where not is_match
),

product_accounts as (
    select source_id as account_id
    from {{ ref('int_parties__named') }}
    where source = 'events'
),

-- an id counts that the product knows, or that two sources name
named_by_several as (
    select explicit_id as account_id
    from units
    where explicit_id is not null
    group by explicit_id
    having count(distinct source) > 1
),

known as (
    select account_id from product_accounts
    union
    select account_id from named_by_several
),

decided as (
    select
        source,
        unit_id,
        decided_id as account_id,
        'manual' as method
    from units
    where decided_id is not null
),

explicit as (
    select
        units.source,
        units.unit_id,
        units.explicit_id as account_id,
        'explicit_id' as method
    from units
    inner join known
        on units.explicit_id = known.account_id
    left join barred
        on units.source = barred.source
        and units.unit_id = barred.source_id
        and units.explicit_id = barred.account_id
    where units.decided_id is null and barred.account_id is null
),

final as (
    select * from decided
    union all
    select * from explicit
)

select * from final
