-- The backlog two ways: carried from month to month by what came and went, and counted
-- from the statuses in force just before each month's end (at the horizon while open).
with

months as (
    select
        *,
        coalesce(
            lag(backlog_count) over (partition by account_id order by month), 0
        ) as previous_backlog_count
    from {{ ref('account_health__support_months') }}
),

tickets as (
    select
        ticket_id,
        coalesce(account_id, 'unknown') as account_id
    from {{ ref('fct_tickets') }}
),

open_intervals as (
    select
        tickets.account_id,
        cast(date_trunc('month', intervals.entered_at) as date) as first_month,
        cast(date_trunc('month', intervals.left_at) as date) as end_month
    from {{ ref('int_tickets__status_intervals') }} as intervals
    inner join tickets
        on intervals.ticket_id = tickets.ticket_id
    where not intervals.is_solved
),

counted as (
    select
        months.account_id,
        months.month,
        months.backlog_count,
        months.previous_backlog_count
        + months.created_count + months.reopened_count - months.solved_count
            as carried_count,
        count(open_intervals.account_id) as open_count
    from months
    left join open_intervals
        on months.account_id = open_intervals.account_id
        and open_intervals.first_month <= months.month
        and (
            open_intervals.end_month is null
            or months.month < open_intervals.end_month
        )
    group by
        months.account_id, months.month, months.backlog_count,
        months.previous_backlog_count, months.created_count, months.reopened_count,
        months.solved_count
),

-- Every ticket is created once, in a month of its account.
created as (
    select count(*) as ticket_count from tickets
),

created_by_month as (
    select coalesce(sum(created_count), 0) as ticket_count from months
)

select account_id, month, backlog_count, carried_count, open_count
from counted
where backlog_count <> carried_count or backlog_count <> open_count
union all
select
    'all' as account_id,
    null as month,
    created.ticket_count as backlog_count,
    created_by_month.ticket_count as carried_count,
    null as open_count
from created
cross join created_by_month
where created.ticket_count <> created_by_month.ticket_count
