-- One row of measures over the marts and the core they come from, up to :as_of_at.
with

active_memberships as (
    select user_id, account_id
    from core.fct_events
    where is_active_signal and exclusion_reason is null and user_id is not null
        and event_at <= :as_of_at
    group by user_id, account_id
),

active as (
    select
        count(distinct user_id) as user_count,
        count(distinct account_id) as account_count
    from active_memberships
),

signed_up as (
    select (select count(*) from core.dim_users where signed_up_at <= :as_of_at) as user_count,
        (select count(*) from core.dim_accounts where signed_up_at <= :as_of_at) as account_count
),

engagement as (
    select
        count(*) as day_count,
        min(stickiness) as lowest_stickiness,
        max(stickiness) as highest_stickiness
    from marts.engagement__days
),

-- The last complete day beside the day four weeks before: there are no gaps between days.
months as (
    select
        activity_date,
        monthly_active_users,
        lag(monthly_active_users, 28) over (order by activity_date) as earlier_monthly_active_users,
        row_number() over (order by activity_date desc) as days_back
    from marts.engagement__days
    where not is_open
),

last_month as (
    select
        max(monthly_active_users) as monthly_active_users,
        max(earlier_monthly_active_users) as earlier_monthly_active_users
    from months
    where days_back = 1
),

period_types as (
    select period_type from (values ('day'), ('week'), ('month')) as types (period_type)
),

lifecycle as (
    select period_type, grain, sum(new_count) as actor_count
    from marts.engagement__lifecycle_periods
    group by period_type, grain
),

cohorts as (
    select period_type, 'user' as grain, sum(cohort_size) as actor_count
    from marts.cohort__user_periods
    where retention_type = 'n_period' and period_number = 0
    group by period_type
    union all
    select period_type, 'account' as grain, sum(cohort_size) as actor_count
    from marts.cohort__account_periods
    where retention_type = 'n_period' and period_number = 0
    group by period_type
),

-- The largest difference over days, weeks and months; a period type that is absent counts 0.
gaps as (
    select
        max(abs(coalesce(user_lifecycle.actor_count, 0) - active.user_count)) as lifecycle_user_gap,
        max(abs(coalesce(account_lifecycle.actor_count, 0) - active.account_count))
            as lifecycle_account_gap,
        max(abs(coalesce(user_cohorts.actor_count, 0) - active.user_count)) as cohort_user_gap,
        max(abs(coalesce(account_cohorts.actor_count, 0) - active.account_count))
            as cohort_account_gap
    from period_types
    cross join active
    left join lifecycle as user_lifecycle
        on period_types.period_type = user_lifecycle.period_type
        and user_lifecycle.grain = 'user'
    left join lifecycle as account_lifecycle
        on period_types.period_type = account_lifecycle.period_type
        and account_lifecycle.grain = 'account'
    left join cohorts as user_cohorts
        on period_types.period_type = user_cohorts.period_type
        and user_cohorts.grain = 'user'
    left join cohorts as account_cohorts
        on period_types.period_type = account_cohorts.period_type
        and account_cohorts.grain = 'account'
),

rules as (
    select
        count(case when grain = 'user' then 1 end) as user_rule_count,
        count(case when grain = 'account' then 1 end) as account_rule_count,
        min(activation_rate) as lowest_activation_rate,
        max(activation_rate) as highest_activation_rate
    from marts.activation__rules
),

activation as (
    select (select count(*) from marts.activation__users) as user_count,
        (select count(*) from marts.activation__accounts) as account_count
),

funnels as (
    select
        least(min(conversion_from_first), min(conversion_from_previous)) as lowest_conversion,
        greatest(max(conversion_from_first), max(conversion_from_previous)) as highest_conversion
    from marts.funnel__steps
)

select
    active.user_count as active_user_count,
    active.account_count as active_account_count,
    signed_up.user_count as signed_up_user_count,
    signed_up.account_count as signed_up_account_count,
    engagement.day_count as engagement_day_count,
    engagement.lowest_stickiness,
    engagement.highest_stickiness,
    last_month.monthly_active_users,
    last_month.earlier_monthly_active_users,
    cast(last_month.monthly_active_users as double)
        / nullif(last_month.earlier_monthly_active_users, 0) as monthly_active_users_ratio,
    cast(gaps.lifecycle_user_gap as bigint) as lifecycle_user_gap,
    cast(gaps.lifecycle_account_gap as bigint) as lifecycle_account_gap,
    cast(gaps.cohort_user_gap as bigint) as cohort_user_gap,
    cast(gaps.cohort_account_gap as bigint) as cohort_account_gap,
    abs(activation.user_count - signed_up.user_count * rules.user_rule_count)
        as activation_user_gap,
    abs(activation.account_count - signed_up.account_count * rules.account_rule_count)
        as activation_account_gap,
    rules.lowest_activation_rate,
    rules.highest_activation_rate,
    funnels.lowest_conversion,
    funnels.highest_conversion
from active
cross join signed_up
cross join engagement
cross join last_month
cross join gaps
cross join rules
cross join activation
cross join funnels
