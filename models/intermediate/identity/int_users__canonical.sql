with recursive

users as (
    select * from {{ ref('int_users__own_ids') }}
),

edges as (
    select * from {{ ref('int_users__alias_edges') }}
),

-- Every id that following the aliases from an id leads to, each once.
walks as (
    select
        previous_id as origin_id,
        next_id as reached_id,
        chr(31) || next_id || chr(31) as path
    from edges
    union all
    select
        walks.origin_id,
        edges.next_id as reached_id,
        walks.path || edges.next_id || chr(31) as path
    from walks
    inner join edges on walks.reached_id = edges.previous_id
    where position(chr(31) || edges.next_id || chr(31) in walks.path) = 0
),

ends as (
    select walks.origin_id, walks.reached_id as canonical_id
    from walks
    left join edges on walks.reached_id = edges.previous_id
    where edges.previous_id is null
),

-- A cycle is broken at its newest alias: the id that it names is canonical.
cycle_edges as (
    select edges.*
    from edges
    inner join walks
        on edges.previous_id = walks.origin_id
        and edges.previous_id = walks.reached_id
),

broken_cycles as (
    select
        walks.origin_id,
        cycle_edges.next_id as canonical_id
    from walks
    inner join cycle_edges on walks.reached_id = cycle_edges.previous_id
    qualify row_number() over (
            partition by walks.origin_id
            order by cycle_edges.event_at desc, cycle_edges.message_id desc
        ) = 1
),

canonical as (
    select * from ends
    union all
    select * from broken_cycles
),

final as (
    select
        users.own_user_id,
        users.own_user_key,
        coalesce(canonical.canonical_id, users.own_user_id) as user_id,
        {{ key64('coalesce(canonical.canonical_id, users.own_user_id)') }} as user_key
    from users
    left join canonical on users.own_user_id = canonical.origin_id
)

select * from final
