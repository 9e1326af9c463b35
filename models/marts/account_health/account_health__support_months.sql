-- depends_on: {{ ref('gate_core') }}
with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

moves as (
    select
        *,
        cast(date_trunc('month', moved_at) as date) as month
    from {{ ref('int_tickets__moves') }}
),

tickets as (
    select * from {{ ref('fct_tickets') }}
),

first_months as (
    select
        account_id,
        min(month) as first_month
    from moves
    group by account_id
),

numbers as (
    {{ number_series(
        "select " ~ periods_between("'month'", 'min(first_month)', "max(cast(date_trunc('month', as_of_at) as date))")
        ~ " from first_months cross join clock"
    ) }}
),

months as (
    select {{ add_periods('bounds.first_month', "'month'", 'numbers.number') }} as month
    from numbers
    cross join (select min(first_month) as first_month from first_months) as bounds
),

spine as (
    select
        first_months.account_id,
        months.month
    from first_months
    inner join months
        on first_months.first_month <= months.month
),

moved as (
    select
        account_id,
        month,
        count(case when move = 'created' then 1 end) as created_count,
        count(case when move = 'solved' then 1 end) as solved_count,
        count(case when move = 'reopened' then 1 end) as reopened_count
    from moves
    group by account_id, month
),

solved as (
    select
        account_id,
        cast(date_trunc('month', last_solved_at) as date) as month,
        median(first_resolution_hours) as median_first_resolution_hours,
        median(full_resolution_hours) as median_full_resolution_hours
    from tickets
    where not is_open
    group by account_id, cast(date_trunc('month', last_solved_at) as date)
),

rated as (
    select
        account_id,
        cast(date_trunc('month', created_at) as date) as month,
        count(case when satisfaction = 'good' then 1 end) as good_count,
        count(case when satisfaction = 'bad' then 1 end) as bad_count
    from tickets
    group by account_id, cast(date_trunc('month', created_at) as date)
),

active as (
    select
        account_id,
        cast(date_trunc('month', activity_date) as date) as month,
        count(distinct user_key) as active_user_count
    from {{ ref('int_accounts__user_days') }}
    group by account_id, cast(date_trunc('month', activity_date) as date)
),

joined as (
    select
        spine.account_id,
        spine.month,
        cast({{ add_periods('spine.month', "'month'", '1') }} as timestamp) > clock.as_of_at as is_open,
        coalesce(moved.created_count, 0) as created_count,
        coalesce(moved.solved_count, 0) as solved_count,
        coalesce(moved.reopened_count, 0) as reopened_count,
        coalesce(rated.good_count, 0) as good_count,
        coalesce(rated.bad_count, 0) as bad_count,
        solved.median_first_resolution_hours,
        solved.median_full_resolution_hours,
        coalesce(active.active_user_count, 0) as active_user_count
    from spine
    cross join clock
    left join moved
        on spine.account_id = moved.account_id and spine.month = moved.month
    left join solved
        on spine.account_id = solved.account_id and spine.month = solved.month
    left join rated
        on spine.account_id = rated.account_id and spine.month = rated.month
    left join active
        on spine.account_id = active.account_id and spine.month = active.month
),

final as (
    select
        account_id,
        month,
        is_open,
        created_count,
        solved_count,
        reopened_count,
        cast(sum(created_count + reopened_count - solved_count) over (
            partition by account_id order by month rows between unbounded preceding and current row
        ) as bigint) as backlog_count,
        good_count,
        bad_count,
        {{ safe_divide('good_count', '(good_count + bad_count)') }} as satisfaction_share,
        median_first_resolution_hours,
        median_full_resolution_hours,
        active_user_count,
        {{ safe_divide('created_count', 'active_user_count') }} as tickets_per_active_user
    from joined
)

select * from final
