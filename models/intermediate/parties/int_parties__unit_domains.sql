with

domains as (
    select * from {{ ref('int_parties__domains') }}
),

masters as (
    select * from {{ ref('int_parties__masters') }}
),

explicit as (
    select * from {{ ref('int_parties__explicit_matches') }}
),

units as (
    select
        domains.source,
        coalesce(masters.master_id, domains.source_id) as unit_id,
        domains.domain
    from domains
    left join masters
        on domains.source = 'crm'
        and domains.source_id = masters.source_id
    group by
        domains.source, coalesce(masters.master_id, domains.source_id), domains.domain
),

final as (
    select
        units.source,
        units.unit_id,
        units.domain,
        case
            when units.source = 'events' then units.unit_id else explicit.account_id
        end
            as account_id
    from units
    left join explicit
        on units.source = explicit.source
        and units.unit_id = explicit.unit_id
)

select * from final
