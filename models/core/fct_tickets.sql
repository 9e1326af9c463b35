with

tickets as (
    select * from {{ ref('int_tickets__current') }}
),

satisfaction as (
    select * from {{ ref('int_tickets__satisfaction') }}
),

transitions as (
    select
        ticket_id,
        min(case when is_solution then entered_at end) as first_solved_at,
        max(case when is_solution then entered_at end) as last_solved_at,
        count(case when is_reopening then 1 end) as reopened_count,
        bool_or(is_solution and is_inferred) as is_inferred
    from {{ ref('int_tickets__status_intervals') }}
    group by ticket_id
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
        not tickets.is_solved as is_open,
        transitions.first_solved_at,
        transitions.last_solved_at,
        transitions.reopened_count,
        {{ microseconds_between('tickets.created_at', 'transitions.first_solved_at') }}
        / cast(3600000000 as double) as first_resolution_hours,
        case
            when tickets.is_solved
                then
                    {{ microseconds_between(
                        'tickets.created_at', 'transitions.last_solved_at'
                    ) }} / cast(3600000000 as double)
        end as full_resolution_hours,
        satisfaction.satisfaction,
        satisfaction.rated_at,
        transitions.is_inferred
    from tickets
    inner join transitions
        on tickets.ticket_id = transitions.ticket_id
    left join satisfaction
        on tickets.ticket_id = satisfaction.ticket_id
)

select * from final
