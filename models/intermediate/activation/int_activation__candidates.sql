{%- set windows = [1, 7, 14] -%}
{%- set tries = [] -%}
{%- for days in windows -%}
{%- for least in [1, 2, 3, 5, 10] -%}
{%- do tries.append({'days': days, 'least': least}) -%}
{%- endfor -%}
{%- endfor %}

with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

-- Whether somebody stayed is asked of the days 28 to 56 after the sign-up, once they
-- are over.
mature as (
    select
        first_times.user_key,
        first_times.signed_up_at,
        {% for days in [28, 56] + windows -%}
        {{ add_seconds('first_times.signed_up_at', days * 86400) }}
            as day_{{ days }}_at,
        {% endfor -%}
        row_number() over (
            order by first_times.signed_up_at, first_times.user_key
        ) as place,
        count(*) over () as user_count
    from {{ ref('int_users__first_times') }} as first_times
    cross join clock
    where {{ add_seconds('first_times.signed_up_at', 56 * 86400) }}
        <= clock.usage_as_of_at
),

-- The later half of the sign-ups is held out: what is found in the earlier one must
-- show there.
halves as (
    select *, 2 * place > user_count as is_held_out from mature
),

stayed as (
    select halves.user_key
    from halves
    inner join {{ ref('int_actors__active_days') }} as days
        on halves.user_key = days.actor_key
        and days.grain = 'user'
        and halves.day_28_at <= days.last_event_at
        and days.first_event_at < halves.day_56_at
    group by halves.user_key
),

early as (
    select
        halves.user_key,
        {% for days in windows -%}
        count(case when events.event_at <= halves.day_{{ days }}_at then 1 end)
            as count_{{ days }},
        {% endfor -%}
        events.event_key
    from halves
    inner join {{ ref('int_events__counted') }} as events
        on halves.user_key = events.user_key
        and halves.signed_up_at <= events.event_at
        and events.event_at <= halves.day_{{ windows | last }}_at
    where events.is_active_signal
    group by halves.user_key, events.event_key
),

tried as (
    {% for try in tries -%}
    select
        event_key,
        {{ try.days }} as window_days,
        {{ try.least }} as min_count,
        user_key
    from early
    where count_{{ try.days }} >= {{ try.least }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

wholes as (
    select
        halves.is_held_out,
        count(*) as user_count,
        count(stayed.user_key) as stayed_count
    from halves
    left join stayed on halves.user_key = stayed.user_key
    group by halves.is_held_out
),

reached as (
    select
        tried.event_key,
        tried.window_days,
        tried.min_count,
        halves.is_held_out,
        count(*) as reached_count,
        count(stayed.user_key) as reached_stayed_count
    from tried
    inner join halves on tried.user_key = halves.user_key
    left join stayed on tried.user_key = stayed.user_key
    group by
        tried.event_key, tried.window_days, tried.min_count, halves.is_held_out
),

final as (
    select
        names.event_name,
        cast(reached.window_days as bigint) as window_days,
        cast(reached.min_count as bigint) as min_count,
        reached.is_held_out,
        cast(reached.reached_count as bigint) as reached_count,
        cast(reached.reached_stayed_count as bigint) as reached_stayed_count,
        cast(wholes.user_count - reached.reached_count as bigint) as other_count,
        cast(wholes.stayed_count - reached.reached_stayed_count as bigint)
            as other_stayed_count
    from reached
    inner join wholes on reached.is_held_out = wholes.is_held_out
    inner join {{ ref('int_events__names') }} as names
        on reached.event_key = names.event_key
)

select * from final
