with

parties as (
    select * from {{ ref('int_parties__named') }}
),

masters as (
    select * from {{ ref('int_parties__masters') }}
),

explicit as (
    select * from {{ ref('int_parties__explicit_matches') }}
),

by_domain as (
    select * from {{ ref('int_parties__domain_matches') }}
    where candidate_count = 1
),

explicit_since as (
    select * from {{ ref('int_parties__explicit_since') }}
),

members as (
    select
        parties.*,
        coalesce(masters.master_id, parties.source_id) as unit_id
    from parties
    left join masters
        on parties.source = 'crm'
        and parties.source_id = masters.source_id
),

resolved as (
    select
        members.source,
        members.source_id,
        members.unit_id,
        case
            when members.source = 'events' then members.source_id
            else coalesce(
                    explicit.account_id,
                    by_domain.account_id,
                    members.source || ':' || members.unit_id
                )
        end as account_id,
        case
            when members.source = 'events' then 'product'
            when explicit.method = 'manual' then 'manual'
            when members.unit_id <> members.source_id then 'merged'
            when explicit.method is not null then explicit.method
            when by_domain.account_id is not null then 'domain'
            else 'unmatched'
        end as method,
        case
            when explicit.method = 'explicit_id'
                then coalesce(explicit_since.valid_from, members.first_known_at)
            else members.first_known_at
        end as valid_from,
        by_domain.domain
    from members
    left join explicit
        on members.source = explicit.source
        and members.unit_id = explicit.unit_id
    left join by_domain
        on members.source = by_domain.source
        and members.unit_id = by_domain.unit_id
    left join explicit_since
        on members.source = explicit_since.source
        and members.source_id = explicit_since.source_id
),

final as (
    select
        source,
        source_id,
        account_id,
        method,
        cast(
            case method
                when 'domain' then 0.9 when 'unmatched' then 0 else 1
            end as double
        ) as confidence,
        case when method = 'domain' then domain end as matched_domain,
        valid_from
    from resolved
)

select * from final
