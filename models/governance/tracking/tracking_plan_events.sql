{#- Silence after which an event is a candidate to retire. #}
{%- set silent_days = 90 %}

with

horizon as (
    select
        cast(usage_as_of_at as date) as last_date,
        {{ add_days('cast(usage_as_of_at as date)', -silent_days) }} as silent_since
    from {{ ref('int_clock__horizons') }}
),

properties as (
    select
        event_name,
        count(case when is_new then 1 end) as new_property_count,
        count(case when wrong_type_count > 0 then 1 end) as wrong_type_property_count
    from {{ ref('tracking_plan_properties') }}
    group by event_name
),

volumes as (
    select
        event_name,
        count(case when verdict = 'low' then 1 end) as low_day_count,
        count(case when verdict = 'high' then 1 end) as high_day_count
    from {{ ref('tracking_plan_event_days') }}
    group by event_name
),

readers as (
    select
        event_name,
        count(*) as reader_count,
        {{ sorted_list("kind || ':' || reader") }} as readers
    from {{ ref('int_events__readers') }}
    group by event_name
),

joined as (
    select
        coverage.*,
        coalesce(checks.checked_count, 0) as checked_count,
        coalesce(checks.invalid_count, 0) as invalid_count,
        coalesce(properties.new_property_count, 0) as new_property_count,
        coalesce(properties.wrong_type_property_count, 0) as wrong_type_property_count,
        coalesce(volumes.low_day_count, 0) as low_day_count,
        coalesce(volumes.high_day_count, 0) as high_day_count,
        coalesce(readers.reader_count, 0) as reader_count,
        readers.readers,
        coverage.status in ('live', 'deprecated')
        and coalesce(coverage.introduced_on <= horizon.silent_since, true)
        and coalesce(coverage.retired_on > horizon.last_date, true) as is_established,
        coalesce(coverage.last_seen_at < horizon.silent_since, true) as is_silent
    from {{ ref('int_events__plan_coverage') }} as coverage
    cross join horizon
    left join {{ ref('int_events__property_checks') }} as checks
        on coverage.event_name = checks.event_name
    left join properties on coverage.event_name = properties.event_name
    left join volumes on coverage.event_name = volumes.event_name
    left join readers on coverage.event_name = readers.event_name
),

judged as (
    select
        *,
        case
            when not is_established or not is_in_plan then null
            when is_silent and reader_count = 0
                then 'not seen for {{ silent_days }} days, and nothing reads it'
            when is_silent then 'not seen for {{ silent_days }} days'
            when reader_count = 0 then 'nothing reads it'
        end as retirement_reason
    from joined
),

final as (
    select
        event_name,
        feature,
        status,
        owner,
        question,
        is_in_plan,
        coverage,
        event_count,
        first_seen_at,
        last_seen_at,
        cast(checked_count as bigint) as checked_count,
        cast(invalid_count as bigint) as invalid_count,
        new_property_count,
        wrong_type_property_count,
        low_day_count,
        high_day_count,
        reader_count,
        readers,
        retirement_reason,
        nullif(concat_ws(
            ',',
            case when high_day_count > 0 then 'high_volume' end,
            case when invalid_count > 0 then 'invalid_properties' end,
            case when low_day_count > 0 then 'low_volume' end,
            case when coverage = 'missing' then 'missing' end,
            case when new_property_count > 0 then 'new_properties' end,
            case when coverage = 'outside its dates or status' then 'outside_plan' end,
            case when retirement_reason is not null then 'retire' end,
            case when coverage = 'unplanned' then 'unplanned' end,
            case when wrong_type_property_count > 0 then 'wrong_types' end
        ), '') as findings
    from judged
)

select * from final
