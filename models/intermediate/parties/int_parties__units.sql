with

parties as (
    select * from {{ ref('int_parties__named') }}
    where source <> 'events'
),

masters as (
    select * from {{ ref('int_parties__masters') }}
),

decisions as (
    select * from {{ ref('stg_definitions__account_matches') }}
    where is_match
),

members as (
    select
        parties.source,
        parties.source_id,
        coalesce(masters.master_id, parties.source_id) as unit_id,
        parties.explicit_id,
        decisions.account_id as decided_id,
        parties.source_id = coalesce(masters.master_id, parties.source_id) as is_master
    from parties
    left join masters
        on parties.source = 'crm'
        and parties.source_id = masters.source_id
    left join decisions
        on parties.source = decisions.source
        and parties.source_id = decisions.source_id
),

-- what the master says, else what those merged into it say with one voice
final as (
    select
        source,
        unit_id,
        count(*) as member_count,
        coalesce(
            max(case when is_master then decided_id end),
            case when count(distinct decided_id) = 1 then max(decided_id) end
        ) as decided_id,
        coalesce(
            max(case when is_master then explicit_id end),
            case when count(distinct explicit_id) = 1 then max(explicit_id) end
        ) as explicit_id
    from members
    group by source, unit_id
)

select * from final
