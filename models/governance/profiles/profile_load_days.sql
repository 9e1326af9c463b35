{%- set outcomes = [
    'accepted', 'duplicate', 'malformed', 'missing_ids', 'bad_time', 'conflicting_duplicate',
] %}

with

lines as (
    select * from {{ ref('stg_events__line_counts') }}
),

days as (
    select
        source,
        loaded_date,
        cast(sum(row_count) as bigint) as row_count,
        {% for outcome in outcomes -%}
        cast(
            sum(case when outcome = '{{ outcome }}' then row_count else 0 end) as bigint
        ) as {{ outcome }}_count,
        {% endfor -%}
        row_number() over (partition by source order by loaded_date desc) as days_back
    from lines
    group by source, loaded_date
),

-- The newest day of load may still be filling, the one before it is whole. Older days
-- were judged when they were new.
recent as (
    select source, loaded_date from days
    where days_back <= 2
),

history as (
    select
        recent.source,
        recent.loaded_date,
        count(*) as history_day_count,
        median(days.row_count) as usual_row_count,
        {{ safe_divide(
            'sum(days.row_count - days.accepted_count - days.duplicate_count)',
            'sum(days.row_count)'
        ) }} as usual_quarantined_share
    from recent
    inner join days
        on recent.source = days.source
        and days.loaded_date < recent.loaded_date
        and days.loaded_date >= {{ add_days('recent.loaded_date', -28) }}
    group by recent.source, recent.loaded_date
),

event_counts as (
    select
        recent.source,
        recent.loaded_date,
        lines.event_key,
        sum(
            case
                when lines.loaded_date = recent.loaded_date then lines.row_count
                else 0
            end
        ) as day_count,
        sum(
            case
                when lines.loaded_date < recent.loaded_date then lines.row_count
                else 0
            end
        ) as history_count
    from recent
    inner join lines
        on recent.source = lines.source
        and lines.loaded_date <= recent.loaded_date
        and lines.loaded_date >= {{ add_days('recent.loaded_date', -28) }}
    where lines.outcome = 'accepted'
    group by recent.source, recent.loaded_date, lines.event_key
),

event_totals as (
    select
        source,
        loaded_date,
        day_count,
        history_count,
        sum(day_count) over (partition by source, loaded_date) as day_total,
        sum(history_count) over (partition by source, loaded_date) as history_total
    from event_counts
),

-- Total variation distance of shares: 0 = the same mix of events, 1 = not one in
-- common. Summed as whole numbers and divided once, so that the order of events changes
-- no digit.
mixes as (
    select
        source,
        loaded_date,
        {{ safe_divide(
            'sum(abs(day_count * history_total - history_count * day_total))',
            '(2 * max(day_total) * max(history_total))'
        ) }} as event_mix_distance
    from event_totals
    group by source, loaded_date
),

final as (
    select
        days.source,
        days.loaded_date,
        days.row_count,
        {% for outcome in outcomes -%}
        days.{{ outcome }}_count,
        {% endfor -%}
        days.row_count - days.accepted_count - days.duplicate_count
            as quarantined_count,
        {{ safe_divide(
            'days.row_count - days.accepted_count - days.duplicate_count',
            'days.row_count'
        ) }} as quarantined_share,
        coalesce(history.history_day_count, 0) as history_day_count,
        history.usual_row_count,
        history.usual_quarantined_share,
        {{ safe_divide('days.row_count', 'history.usual_row_count') }} as volume_ratio,
        mixes.event_mix_distance,
        days.days_back <= 2 as is_recent,
        days.days_back = 2 as is_last_whole
    from days
    left join history
        on days.source = history.source
        and days.loaded_date = history.loaded_date
    left join mixes
        on days.source = mixes.source
        and days.loaded_date = mixes.loaded_date
)

select * from final
