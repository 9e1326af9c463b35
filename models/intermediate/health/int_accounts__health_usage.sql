{%- set before = 'partition by account_id order by health_date rows between' -%}
{%- set until_today = 'unbounded preceding and current row' -%}
{%- set sums = {
    'active_user_count': ('user_step', until_today),
    'feature_count': ('feature_step', until_today),
    'known_user_count': ('newcomer_count', until_today),
    'user_day_count': ('user_day_count', '27 preceding and current row'),
    'baseline_user_day_count': ('user_day_count', '111 preceding and 28 preceding'),
} -%}
with

days as (
    select * from {{ ref('int_accounts__health_days') }}
),

user_days as (
    select
        account_id,
        user_key,
        activity_date
    from {{ ref('int_accounts__user_days') }}
    where is_known_then
    group by account_id, user_key, activity_date
),

feature_days as (
    select
        account_id,
        feature,
        activity_date
    from {{ ref('int_accounts__user_days') }}
    where is_known_then
    group by account_id, feature, activity_date
),

-- Who is active on a day counts on it and the 27 days after it. Stretches that touch
-- are one, so that a window's distinct actors are a running sum of beginnings less
-- endings.
actor_days as (
    select
        account_id,
        'user' as kind,
        cast(user_key as {{ engine_type('string') }}) as actor,
        activity_date
    from user_days
    union all
    select account_id, 'feature' as kind, feature as actor, activity_date
    from feature_days
),

neighbours as (
    select
        *,
        lag(activity_date) over actor_order as previous_date,
        lead(activity_date) over actor_order as next_date
    from actor_days
    window actor_order as (partition by account_id, kind, actor order by activity_date)
),

steps as (
    select account_id, kind, activity_date as health_date, 1 as step
    from neighbours
    where previous_date is null or {{ add_days('previous_date', '28') }} < activity_date
    union all
    select
        account_id,
        kind,
        {{ add_days('activity_date', '28') }} as health_date,
        -1 as step
    from neighbours
    where next_date is null or {{ add_days('activity_date', '28') }} < next_date
),

daily_steps as (
    select
        account_id,
        health_date,
        sum(case when kind = 'user' then step else 0 end) as user_step,
        sum(case when kind = 'feature' then step else 0 end) as feature_step
    from steps
    group by account_id, health_date
),

active as (
    select
        account_id,
        activity_date,
        count(*) as user_day_count
    from user_days
    group by account_id, activity_date
),

first_days as (
    select
        account_id,
        user_key,
        min(activity_date) as first_date
    from user_days
    group by account_id, user_key
),

newcomers as (
    select
        account_id,
        first_date,
        count(*) as newcomer_count
    from first_days
    group by account_id, first_date
),

joined as (
    select
        days.account_id,
        days.health_date,
        days.first_date,
        days.day_ends_at,
        coalesce(daily_steps.user_step, 0) as user_step,
        coalesce(daily_steps.feature_step, 0) as feature_step,
        coalesce(active.user_day_count, 0) as user_day_count,
        coalesce(newcomers.newcomer_count, 0) as newcomer_count
    from days
    left join daily_steps
        on days.account_id = daily_steps.account_id
        and days.health_date = daily_steps.health_date
    left join active
        on days.account_id = active.account_id
        and days.health_date = active.activity_date
    left join newcomers
        on days.account_id = newcomers.account_id
        and days.health_date = newcomers.first_date
),

final as (
    select
        account_id,
        health_date,
        day_ends_at,
        {{ periods_between("'day'", 'first_date', 'health_date') }} as age_days,
    {%- for name, (measure, frame) in sums.items() %}
    cast(
        sum({{ measure }}) over ({{ before }} {{ frame }}) as bigint
    ) as {{ name }}{% if not loop.last %},{% endif %}
    {%- endfor %}
    from joined
)

select * from final
