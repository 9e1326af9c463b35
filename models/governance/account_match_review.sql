with

parties as (
    select * from {{ ref('int_parties__named') }}
    where source <> 'events'
),

resolved as (
    select * from {{ ref('int_parties__resolved') }}
),

units as (
    select
        parties.*,
        coalesce(masters.master_id, parties.source_id) as unit_id
    from parties
    left join {{ ref('int_parties__masters') }} as masters
        on parties.source = 'crm'
        and parties.source_id = masters.source_id
),

explicit as (
    select * from {{ ref('int_parties__explicit_matches') }}
),

domains as (
    select * from {{ ref('int_parties__domain_matches') }}
),

unknown_ids as (
    select
        units.source,
        units.source_id,
        'unknown_account_id' as reason,
        cast(null as {{ engine_type('string') }}) as suggested_account_id,
        units.explicit_id as evidence,
        0 as candidate_count
    from units
    left join explicit
        on units.source = explicit.source
        and units.unit_id = explicit.unit_id
    where units.explicit_id is not null and explicit.account_id is null
),

several_accounts as (
    select
        units.source,
        units.source_id,
        'conflicting_domains' as reason,
        domains.account_id as suggested_account_id,
        domains.domain as evidence,
        domains.candidate_count
    from units
    inner join domains
        on units.source = domains.source
        and units.unit_id = domains.unit_id
    where domains.candidate_count > 1
),

shared_domains as (
    select
        held.source,
        held.unit_id as source_id,
        'ambiguous_domain' as reason,
        cast(null as {{ engine_type('string') }}) as suggested_account_id,
        held.domain as evidence,
        owners.holder_count as candidate_count
    from {{ ref('int_parties__unit_domains') }} as held
    inner join {{ ref('int_parties__domain_owners') }} as owners
        on held.domain = owners.domain
    where
        held.source <> 'events'
        and held.account_id is null
        and owners.account_id is null
        and owners.holder_count > 1
),

names as (
    select
        resolved.account_id,
        resolved.source,
        resolved.source_id,
        resolved.method,
        {{ plain_company_name('named.party_name') }} as plain_name
    from resolved
    inner join {{ ref('int_parties__named') }} as named
        on resolved.source = named.source
        and resolved.source_id = named.source_id
    where named.party_name is not null
),

same_names as (
    select
        names.source,
        names.source_id,
        'name_suggestion' as reason,
        min(others.account_id) as suggested_account_id,
        names.plain_name as evidence,
        count(distinct others.account_id) as candidate_count
    from names
    inner join names as others
        on names.plain_name = others.plain_name
        and names.account_id <> others.account_id
    where names.method = 'unmatched' and names.plain_name <> ''
    group by names.source, names.source_id, names.plain_name
),

lonely as (
    select account_id
    from resolved
    group by account_id
    having count(distinct source) = 1
),

unmatched as (
    select
        resolved.source,
        resolved.source_id,
        'unmatched' as reason,
        cast(null as {{ engine_type('string') }}) as suggested_account_id,
        cast(null as {{ engine_type('string') }}) as evidence,
        0 as candidate_count
    from resolved
    inner join lonely
        on resolved.account_id = lonely.account_id
    where resolved.method = 'unmatched'
),

final as (
    select * from unknown_ids
    union all
    select * from several_accounts
    union all
    select * from shared_domains
    union all
    select * from same_names
    union all
    select * from unmatched
)

select
    source,
    source_id,
    reason,
    suggested_account_id,
    evidence,
    cast(candidate_count as bigint) as candidate_count
from final
