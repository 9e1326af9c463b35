with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

tickets as (
    select * from {{ ref('int_tickets__current') }}
),

versions as (
    select
        tickets.ticket_id,
        tickets.account_id,
        tickets.created_at,
        versions.version_number,
        versions.valid_from,
        versions.solved_at,
        coalesce(versions.status in ('solved', 'closed'), false) as is_solved,
        -- before its first version a ticket was open
        coalesce(lag(versions.status in ('solved', 'closed')) over (
            partition by versions.ticket_id order by versions.valid_from
        ), false) as was_solved
    from tickets
    inner join {{ ref('stg_support__tickets') }} as versions
        on tickets.ticket_id = versions.ticket_id
    where not versions.is_deleted
),

moves as (
    select
        ticket_id,
        account_id,
        'created' as move,
        created_at as moved_at,
        false as is_inferred
    from tickets
    union all
    select
        ticket_id,
        account_id,
        case when is_solved then 'solved' else 'reopened' end as move,
        -- what was solved before its first version was solved when it says so
        case
            when version_number = 1
                then greatest(least(coalesce(solved_at, valid_from), valid_from), created_at)
            else greatest(valid_from, created_at)
        end as moved_at,
        version_number = 1 as is_inferred
    from versions
    where is_solved <> was_solved
),

final as (
    select moves.*
    from moves
    cross join clock
    where moves.moved_at <= clock.as_of_at
)

select * from final
