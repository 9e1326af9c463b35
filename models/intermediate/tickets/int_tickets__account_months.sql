with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

days as (
    select * from {{ ref('int_tickets__account_days') }}
),

first_months as (
    select
        account_id,
        cast(date_trunc('month', min(change_date)) as date) as first_month
    from days
    group by account_id
),

first_of_all as (
    select min(first_month) as first_month from first_months
),

numbers as (
    {{ number_series(
        "select " ~ periods_between(
            "'month'", 'first_month', "cast(date_trunc('month', as_of_at) as date)"
        ) ~ " from first_of_all cross join clock"
    ) }}
),

months as (
    select
        {{ add_periods('first_of_all.first_month', "'month'", 'numbers.number') }}
            as month,
        cast(
            {{ add_periods(
                'first_of_all.first_month', "'month'", 'numbers.number + 1'
            ) }} as timestamp
        ) > clock.as_of_at as is_open
    from numbers
    cross join first_of_all
    cross join clock
),

changes as (
    select
        account_id,
        cast(date_trunc('month', change_date) as date) as month,
        sum(created_count) as created_count,
        sum(solved_count) as solved_count,
        sum(reopened_count) as reopened_count
    from days
    group by account_id, cast(date_trunc('month', change_date) as date)
),

spine as (
    select
        first_months.account_id,
        months.month,
        months.is_open,
        coalesce(changes.created_count, 0) as created_count,
        coalesce(changes.solved_count, 0) as solved_count,
        coalesce(changes.reopened_count, 0) as reopened_count
    from first_months
    inner join months
        on first_months.first_month <= months.month
    left join changes
        on first_months.account_id = changes.account_id
        and months.month = changes.month
),

final as (
    select
        account_id,
        month,
        is_open,
        cast(created_count as bigint) as created_count,
        cast(solved_count as bigint) as solved_count,
        cast(reopened_count as bigint) as reopened_count,
        cast(
            sum(created_count + reopened_count - solved_count) over (
                partition by account_id order by month
                rows between unbounded preceding and current row
            ) as bigint
        ) as backlog_count
    from spine
)

select * from final
