with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

subscriptions as (
    select * from {{ ref('int_subscriptions__current') }}
),

versions as (
    select
        versions.*,
        coalesce(versions.valid_to, {{ end_of_time() }}) as version_ends_at
    from {{ ref('stg_billing__subscriptions') }} as versions
    cross join clock
    where
        (versions.valid_from <= clock.as_of_at or versions.version_number = 1)
        and versions.is_live
),

-- a period ends with the last of its items' periods
item_periods as (
    select
        versions.subscription_id,
        versions.valid_from,
        max(items.period_ends_at) as period_ends_at
    from versions
    inner join {{ ref('int_subscription_items__intervals') }} as items
        on versions.subscription_id = items.subscription_id
        and items.valid_from < versions.version_ends_at
        and versions.valid_from < items.valid_to
    where versions.is_canceled_at_period_end
    group by versions.subscription_id, versions.valid_from
),

announced as (
    select
        versions.subscription_id,
        subscriptions.customer_id,
        coalesce(versions.status, 'unknown') as status,
        versions.is_collection_paused,
        versions.is_deleted,
        versions.cancellation_reason,
        versions.trial_starts_at,
        versions.trial_ends_at,
        versions.valid_from,
        versions.version_ends_at,
        subscriptions.starts_at,
        versions.version_number,
        subscriptions.ends_at,
        least(
            coalesce(versions.cancel_at, {{ end_of_time() }}),
            case
                when versions.is_canceled_at_period_end
                    then coalesce(
                            item_periods.period_ends_at,
                            versions.period_ends_at,
                            {{ end_of_time() }}
                        )
                else {{ end_of_time() }}
            end
        ) as announced_end_at
    from versions
    inner join subscriptions
        on versions.subscription_id = subscriptions.subscription_id
    left join item_periods
        on versions.subscription_id = item_periods.subscription_id
        and versions.valid_from = item_periods.valid_from
),

recorded as (
    select
        *,
        case
            when is_collection_paused and status in ('active', 'past_due') then 'paused'
            when status = 'trialing' then 'active'
            else status
        end as status_outside_trial,
        false as is_before_first,
        valid_from as span_from,
        version_ends_at as span_to,
        case when status = 'trialing' then valid_from else version_ends_at end
            as trial_from,
        case
            when
                status = 'trialing'
                then coalesce(trial_ends_at, version_ends_at)
            else version_ends_at
        end
            as trial_to
    from announced
    where not is_deleted
),

-- what was before the first version is inferred from it
inferred as (
    select
        *,
        'active' as status_outside_trial,
        true as is_before_first,
        starts_at as span_from,
        valid_from as span_to,
        case
            when trial_ends_at is null then valid_from
            else coalesce(trial_starts_at, starts_at)
        end as trial_from,
        coalesce(trial_ends_at, valid_from) as trial_to
    from announced
    where
        version_number = 1
        and starts_at < valid_from
        and status not in ('incomplete', 'incomplete_expired')
),

final as (
    select * from recorded
    union all
    select * from inferred
)

select * from final
