-- depends_on: {{ ref('gate_core') }}
with

calendar as (
    select
        period_start as week_start,
        cast(next_period_start as timestamp) as week_ends_at,
        is_open
    from {{ ref('int_calendar__periods') }}
    where period_type = 'week'
),

days as (
    select
        account_key,
        user_key,
        activity_date,
        cast(date_trunc('week', activity_date) as date) as week_start,
        min(activity_date) over (partition by account_key, user_key) as first_date
    from {{ ref('int_users__account_days') }}
    where account_key is not null
),

user_weeks as (
    select
        account_key,
        user_key,
        week_start,
        count(*) as day_count,
        max(case when activity_date = first_date then 1 else 0 end) as new_count
    from days
    group by account_key, user_key, week_start
),

-- A week counts in the 28 days that end with it and with the three weeks after it, and
-- then in the 28 days before those.
shifted as (
    {% for later in range(8) -%}
    select
        account_key,
        user_key,
        {{ add_days('week_start', 7 * later) }} as week_start,
        {{ 'day_count' if later < 4 else '0' }} as day_count_28d,
        {{ 'day_count' if later >= 4 else '0' }} as day_count_before,
        {{ 'new_count' if later == 0 else '0' }} as new_count
    from user_weeks
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

users as (
    select
        account_key,
        user_key,
        week_start,
        sum(day_count_28d) as day_count_28d,
        sum(day_count_before) as day_count_before,
        max(new_count) as new_count
    from shifted
    group by account_key, user_key, week_start
),

counted as (
    select
        account_key,
        week_start,
        count(case when day_count_28d > 0 then 1 end) as active_user_count,
        count(case when day_count_28d >= {{ power_user_days() }} then 1 end)
            as power_user_count,
        count(case when day_count_28d = 0 and day_count_before > 0 then 1 end)
            as disengaged_user_count,
        sum(new_count) as new_user_count
    from users
    group by account_key, week_start
),

begun as (
    select account_key, min(week_start) as first_week
    from user_weeks
    group by account_key
),

spine as (
    select begun.account_key, calendar.*
    from begun
    inner join calendar on begun.first_week <= calendar.week_start
),

members as (
    select
        spine.account_key,
        spine.week_start,
        count(distinct intervals.user_key) as member_count
    from spine
    inner join {{ ref('int_users__account_intervals') }} as intervals
        on spine.account_key = intervals.account_key
        and intervals.valid_from < spine.week_ends_at
        and spine.week_ends_at <= coalesce(intervals.valid_to, {{ end_of_time() }})
    group by spine.account_key, spine.week_start
),

final as (
    select
        ids.account_id,
        spine.week_start,
        {% for table, name in [
            ('members', 'member'), ('counted', 'active_user'), ('counted', 'power_user'),
            ('counted', 'disengaged_user'), ('counted', 'new_user'),
        ] -%}
        cast(coalesce({{ table }}.{{ name }}_count, 0) as bigint) as {{ name }}_count,
        {% endfor -%}
        spine.is_open
    from spine
    inner join {{ ref('int_accounts__ids') }} as ids
        on spine.account_key = ids.account_key
    {% for table in ['counted', 'members'] -%}
    left join {{ table }}
        on spine.account_key = {{ table }}.account_key
        and spine.week_start = {{ table }}.week_start
    {% endfor %}
)

select * from final
