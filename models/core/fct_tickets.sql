with

tickets as (
    select * from {{ ref('int_tickets__current') }}
),

moves as (
    select
        ticket_id,
        min(case when move = 'solved' then moved_at end) as first_solved_at,
        max(case when move = 'solved' then moved_at end) as last_solved_at,
        count(case when move = 'solved' then 1 end) as solved_count,
        count(case when move = 'reopened' then 1 end) as reopened_count,
        coalesce(bool_or(is_inferred), false) as is_inferred
    from {{ ref('int_tickets__moves') }}
    group by ticket_id
),

ratings as (
    select
        ticket_id,
        case when score like 'good%' then 'good' when score like 'bad%' then 'bad' end as satisfaction
    from ({{ newest_versions(ref('stg_support__satisfaction_ratings'), ['rating_id']) }}) as ratings
    where deleted_at is null and (score like 'good%' or score like 'bad%')
    qualify row_number() over (
        partition by ticket_id order by coalesce(rated_at, valid_from) desc, rating_id
    ) = 1
),

final as (
    select
        tickets.ticket_id,
        tickets.account_id,
        tickets.organization_id,
        tickets.requester_id,
        tickets.status,
        tickets.priority,
        tickets.ticket_type,
        tickets.created_at,
        moves.first_solved_at,
        moves.last_solved_at,
        moves.solved_count = moves.reopened_count as is_open,
        moves.reopened_count,
        cast({{ microseconds_between('tickets.created_at', 'moves.first_solved_at') }} as double)
        / 3600000000.0 as first_resolution_hours,
        case
            when moves.solved_count > moves.reopened_count
                then cast({{ microseconds_between('tickets.created_at', 'moves.last_solved_at') }} as double)
                    / 3600000000.0
        end as full_resolution_hours,
        ratings.satisfaction,
        moves.is_inferred
    from tickets
    inner join moves
        on tickets.ticket_id = moves.ticket_id
    left join ratings
        on tickets.ticket_id = ratings.ticket_id
)

select * from final
