{#- Days that are judged, and the weeks before that say what is usual on such a day. #}
{%- set judged_days = 7 %}
{%- set weeks = 6 %}

with

horizon as (
    select cast(usage_as_of_at as date) as open_date
    from {{ ref('int_clock__horizons') }}
),

counts as (
    select
        daily.event_key,
        daily.event_date,
        sum(daily.event_count) as event_count
    from {{ ref('int_events__daily') }} as daily
    cross join horizon
    where daily.message_type in ('track', 'page', 'screen')
        and daily.event_date < horizon.open_date
    group by daily.event_key, daily.event_date
),

starts as (
    select event_key, min(event_date) as first_date from counts
    group by event_key
),

back as (
    {{ number_series('select ' ~ (judged_days + 7 * weeks)) }}
),

-- Whole days of an event's life, days without one of it included.
days as (
    select
        starts.event_key,
        {{ add_days('horizon.open_date', '-back.number') }} as activity_date,
        back.number as days_back
    from starts
    cross join horizon
    cross join back
    where back.number > 0
        and {{ add_days('horizon.open_date', '-back.number') }} >= starts.first_date
),

counted as (
    select
        days.event_key,
        days.activity_date,
        days.days_back,
        coalesce(counts.event_count, 0) as event_count
    from days
    left join counts
        on days.event_key = counts.event_key
        and days.activity_date = counts.event_date
),

compared as (
    select
        judged.event_key,
        judged.activity_date,
        judged.event_count,
        history.event_count as past_count,
        median(history.event_count) over (
            partition by judged.event_key, judged.activity_date
        ) as usual_count
    from counted as judged
    left join counted as history
        on judged.event_key = history.event_key
        and history.days_back > judged.days_back
        and history.days_back <= judged.days_back + 7 * {{ weeks }}
        and (history.days_back - judged.days_back) % 7 = 0
    where judged.days_back <= {{ judged_days }}
),

spread as (
    select
        event_key,
        activity_date,
        event_count,
        count(past_count) as history_count,
        max(usual_count) as usual_count,
        median(abs(past_count - usual_count)) as typical_deviation
    from compared
    group by event_key, activity_date, event_count
),

-- Counts differ by chance alone: within ten, or four times their root, all is well.
banded as (
    select
        *,
        greatest(
            4 * typical_deviation,
            0.2 * usual_count,
            4 * sqrt(usual_count),
            10
        ) as allowed_deviation
    from spread
),

final as (
    select
        names.event_name,
        banded.activity_date,
        cast(banded.event_count as bigint) as event_count,
        banded.history_count,
        cast(banded.usual_count as double) as usual_count,
        cast(banded.allowed_deviation as double) as allowed_deviation,
        case
            when banded.history_count < 3 then 'learning'
            when banded.event_count > banded.usual_count + banded.allowed_deviation
                then 'high'
            when banded.event_count < banded.usual_count - banded.allowed_deviation
                then 'low'
            else 'usual'
        end as verdict
    from banded
    inner join {{ ref('int_events__names') }} as names
        on banded.event_key = names.event_key
)

select * from final
