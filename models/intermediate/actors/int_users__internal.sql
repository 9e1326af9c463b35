with

accepted as (
    select own_user_key, email_domain
    from {{ ref('int_events__accepted') }}
    where own_user_key is not null and email_domain is not null
),

canonical as (
    select * from {{ ref('int_users__canonical') }}
),

internal_actors as (
    select * from {{ ref('stg_definitions__internal_actors') }}
),

by_id as (
    select canonical.user_key
    from canonical
    inner join internal_actors
        on internal_actors.kind = 'user_id'
        and internal_actors.value in (canonical.own_user_id, canonical.user_id)
),

by_domain as (
    select canonical.user_key
    from accepted
    inner join internal_actors
        on internal_actors.kind = 'email_domain'
        and internal_actors.value = accepted.email_domain
    inner join canonical on accepted.own_user_key = canonical.own_user_key
),

final as (
    select user_key from by_id
    union
    select user_key from by_domain
)

select * from final
