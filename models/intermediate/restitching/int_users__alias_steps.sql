with recursive

aliases as (
    select * from {{ ref('int_users__aliases') }}
),

superseded as (
    select
        aliases.message_id,
        min(newer.loaded_at) as superseded_at
    from aliases
    inner join aliases as newer
        on aliases.previous_id = newer.previous_id
        and (
            aliases.event_at < newer.event_at
            or (
                aliases.event_at = newer.event_at
                and aliases.message_id < newer.message_id
            )
        )
    group by aliases.message_id
),

-- The alias of an id that was the newest by what had been loaded, from load to load.
edges as (
    select
        aliases.previous_id,
        aliases.next_id,
        aliases.loaded_at as known_from,
        coalesce(superseded.superseded_at, {{ end_of_time() }}) as known_to
    from aliases
    left join superseded on aliases.message_id = superseded.message_id
    where aliases.loaded_at < coalesce(superseded.superseded_at, {{ end_of_time() }})
),

unaliased as (
    select previous_id, min(known_from) as known_to from edges
    group by previous_id
),

walks as (
    select
        previous_id as origin_id,
        previous_id as reached_id,
        {{ start_of_time() }} as known_from,
        {{ end_of_time() }} as known_to,
        chr(31) || previous_id || chr(31) as path
    from unaliased
    union all
    select
        walks.origin_id,
        edges.next_id as reached_id,
        greatest(walks.known_from, edges.known_from) as known_from,
        least(walks.known_to, edges.known_to) as known_to,
        walks.path || edges.next_id || chr(31) as path
    from walks
    inner join edges
        on walks.reached_id = edges.previous_id
        and walks.known_from < edges.known_to
        and edges.known_from < walks.known_to
    where position(chr(31) || edges.next_id || chr(31) in walks.path) = 0
),

-- A way ends where the id had no alias yet.
ends as (
    select
        walks.origin_id,
        walks.reached_id,
        walks.known_from,
        least(walks.known_to, coalesce(unaliased.known_to, walks.known_to)) as known_to
    from walks
    left join unaliased on walks.reached_id = unaliased.previous_id
),

final as (
    select
        {{ key64('origin_id') }} as own_user_key,
        {{ key64('reached_id') }} as user_key,
        known_from,
        known_to
    from ends
    where known_from < known_to
)

select * from final
