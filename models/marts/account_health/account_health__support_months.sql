-- depends_on: {{ ref('gate_core') }}
with

months as (
    select * from {{ ref('int_tickets__account_months') }}
),

active_months as (
    select
        account_id,
        cast(date_trunc('month', activity_date) as date) as month,
        count(distinct user_key) as active_user_count
    from {{ ref('int_accounts__user_days') }}
    group by account_id, cast(date_trunc('month', activity_date) as date)
),

tickets as (
    select
        coalesce(account_id, 'unknown') as account_id,
        is_open,
        satisfaction,
        first_resolution_hours,
        full_resolution_hours,
        cast(date_trunc('month', first_solved_at) as date) as first_solved_month,
        cast(date_trunc('month', last_solved_at) as date) as last_solved_month,
        cast(date_trunc('month', greatest(rated_at, created_at)) as date) as rated_month
    from {{ ref('fct_tickets') }}
),

ratings as (
    select
        account_id,
        rated_month as month,
        count(case when satisfaction = 'good' then 1 end) as good_count,
        count(case when satisfaction = 'bad' then 1 end) as bad_count
    from tickets
    where satisfaction is not null
    group by account_id, rated_month
),

first_resolutions as (
    select
        account_id,
        first_solved_month as month,
        median(first_resolution_hours) as median_first_resolution_hours
    from tickets
    where first_solved_month is not null
    group by account_id, first_solved_month
),

full_resolutions as (
    select
        account_id,
        last_solved_month as month,
        median(full_resolution_hours) as median_full_resolution_hours
    from tickets
    where not is_open
    group by account_id, last_solved_month
),

joined as (
    select
        months.*,
        coalesce(ratings.good_count, 0) as good_count,
        coalesce(ratings.bad_count, 0) as bad_count,
        first_resolutions.median_first_resolution_hours,
        full_resolutions.median_full_resolution_hours,
        coalesce(active_months.active_user_count, 0) as active_user_count
    from months
    left join ratings
        on months.account_id = ratings.account_id
        and months.month = ratings.month
    left join first_resolutions
        on months.account_id = first_resolutions.account_id
        and months.month = first_resolutions.month
    left join full_resolutions
        on months.account_id = full_resolutions.account_id
        and months.month = full_resolutions.month
    left join active_months
        on months.account_id = active_months.account_id
        and months.month = active_months.month
),

final as (
    select
        account_id,
        month,
        is_open,
        created_count,
        solved_count,
        reopened_count,
        backlog_count,
        good_count,
        bad_count,
        {{ safe_divide('good_count', '(good_count + bad_count)') }}
            as satisfaction_share,
        median_first_resolution_hours,
        median_full_resolution_hours,
        active_user_count,
        {{ safe_divide('created_count', 'active_user_count') }}
            as tickets_per_active_user
    from joined
)

select * from final
