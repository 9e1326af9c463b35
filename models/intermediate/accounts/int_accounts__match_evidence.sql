with

parties as (
    select * from {{ ref('int_parties__resolved') }}
),

-- the party that an account is named after is no evidence, unless it is alone
ranked as (
    select
        *,
        source = 'events' or account_id = source || ':' || source_id as is_namesake
    from parties
),

matches as (
    select
        account_id,
        count(*) as party_count,
        min(valid_from) as first_known_at,
        min(case when not is_namesake then confidence end) as match_confidence,
        min_by(method, confidence) filter (where not is_namesake) as match_method,
        max(case when is_namesake then method end) as own_method,
        max(case when is_namesake then confidence end) as own_confidence
    from ranked
    group by account_id
),

pieces as (
    select
        account_id,
        source || '=' || method as piece
    from parties
    group by account_id, source || '=' || method
),

evidence as (
    select
        account_id,
        {{ sorted_list('piece') }} as match_evidence
    from pieces
    group by account_id
),

final as (
    select
        matches.account_id,
        coalesce(matches.match_method, matches.own_method) as match_method,
        coalesce(matches.match_confidence, matches.own_confidence) as match_confidence,
        evidence.match_evidence,
        matches.party_count,
        matches.first_known_at
    from matches
    inner join evidence
        on matches.account_id = evidence.account_id
)

select * from final
