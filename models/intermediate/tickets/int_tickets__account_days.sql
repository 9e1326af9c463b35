with

tickets as (
    select
        ticket_id,
        coalesce(account_id, 'unknown') as account_id,
        created_at
    from {{ ref('int_tickets__current') }}
),

transitions as (
    select * from {{ ref('int_tickets__status_intervals') }}
    where is_solution or is_reopening
),

changes as (
    select
        account_id,
        cast(created_at as date) as change_date,
        1 as created,
        0 as solved,
        0 as reopened
    from tickets
    union all
    select
        tickets.account_id,
        cast(transitions.entered_at as date) as change_date,
        0 as created,
        case when transitions.is_solution then 1 else 0 end as solved,
        case when transitions.is_reopening then 1 else 0 end as reopened
    from transitions
    inner join tickets
        on transitions.ticket_id = tickets.ticket_id
),

days as (
    select
        account_id,
        change_date,
        sum(created) as created_count,
        sum(solved) as solved_count,
        sum(reopened) as reopened_count
    from changes
    group by account_id, change_date
),

final as (
    select
        account_id,
        change_date,
        cast(created_count as bigint) as created_count,
        cast(solved_count as bigint) as solved_count,
        cast(reopened_count as bigint) as reopened_count,
        cast(
            sum(created_count + reopened_count - solved_count) over (
                partition by account_id order by change_date
                rows between unbounded preceding and current row
            ) as bigint
        ) as backlog_count
    from days
)

select * from final
