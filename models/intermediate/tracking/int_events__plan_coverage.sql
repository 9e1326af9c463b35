with

plan as (
    select * from {{ ref('stg_definitions__tracking_plan') }}
),

seen as (
    select
        names.event_name,
        sum(daily.event_count) as event_count,
        min(daily.first_event_at) as first_seen_at,
        max(daily.last_event_at) as last_seen_at,
        sum(case when daily.is_planned then daily.event_count else 0 end)
            as planned_count
    from {{ ref('int_events__daily_classified') }} as daily
    inner join {{ ref('int_events__names') }} as names
        on daily.event_key = names.event_key
    where daily.message_type in ('track', 'page', 'screen')
    group by names.event_name
),

final as (
    select
        coalesce(plan.event_name, seen.event_name) as event_name,
        plan.feature,
        plan.status,
        plan.owner,
        plan.question,
        plan.introduced_on,
        plan.retired_on,
        plan.event_name is not null as is_in_plan,
        case
            when plan.event_name is null and seen.planned_count > 0 then 'no plan'
            when plan.event_name is null then 'unplanned'
            when seen.event_name is null and plan.status = 'live' then 'missing'
            when seen.event_name is null then 'unseen'
            when
                seen.planned_count < seen.event_count
                then 'outside its dates or status'
            else 'covered'
        end as coverage,
        cast(coalesce(seen.event_count, 0) as bigint) as event_count,
        seen.first_seen_at,
        seen.last_seen_at
    from plan
    full outer join seen on plan.event_name = seen.event_name
)

select * from final
