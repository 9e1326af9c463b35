with recursive

accounts as (
    select
        source_id,
        merged_into_id,
        parent_id
    from {{ ref('int_parties__named') }}
    where source = 'crm'
),

-- Every account that following the merges from an account leads to, each once.
steps as (
    select
        source_id as origin_id,
        merged_into_id as reached_id,
        chr(31) || source_id || chr(31) || merged_into_id || chr(31) as path,
        1 as step
    from accounts
    where merged_into_id is not null
    union all
    select
        steps.origin_id,
        accounts.merged_into_id as reached_id,
        steps.path || accounts.merged_into_id || chr(31) as path,
        steps.step + 1 as step
    from steps
    inner join accounts
        on steps.reached_id = accounts.source_id
    where
        accounts.merged_into_id is not null
        and position(chr(31) || accounts.merged_into_id || chr(31) in steps.path) = 0
),

-- The same up the parents.
parents as (
    select
        source_id as origin_id,
        parent_id as reached_id,
        chr(31) || source_id || chr(31) || parent_id || chr(31) as path,
        1 as step
    from accounts
    where parent_id is not null
    union all
    select
        parents.origin_id,
        accounts.parent_id as reached_id,
        parents.path || accounts.parent_id || chr(31) as path,
        parents.step + 1 as step
    from parents
    inner join accounts
        on parents.reached_id = accounts.source_id
    where
        accounts.parent_id is not null
        and position(chr(31) || accounts.parent_id || chr(31) in parents.path) = 0
),

last_merges as (
    select
        origin_id,
        max_by(reached_id, step) as last_id,
        least(origin_id, min(reached_id)) as least_id
    from steps
    group by origin_id
),

last_parents as (
    select
        origin_id,
        max_by(reached_id, step) as ultimate_parent_id
    from parents
    group by origin_id
),

final as (
    select
        accounts.source_id,
        -- merges that lead back to themselves end at their least id
        coalesce(
            case
                when ends.merged_into_id is null then last_merges.last_id
                else last_merges.least_id
            end,
            accounts.source_id
        ) as master_id,
        coalesce(last_parents.ultimate_parent_id, accounts.source_id)
            as ultimate_parent_id,
        accounts.parent_id
    from accounts
    left join last_merges
        on accounts.source_id = last_merges.origin_id
    left join accounts as ends
        on last_merges.last_id = ends.source_id
    left join last_parents
        on accounts.source_id = last_parents.origin_id
)

select * from final
