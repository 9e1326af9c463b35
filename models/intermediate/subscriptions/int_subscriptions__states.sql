with

spans as (
    select
        *,
        greatest(trial_from, trial_to) as trial_until
    from {{ ref('int_subscriptions__spans') }}
),

-- each span has a stretch before its trial, the trial, and one after it; most are empty
pieces as (
    select
        *,
        status_outside_trial as piece_status,
        is_before_first as is_inferred,
        span_from as piece_from,
        least(span_to, trial_from) as piece_to
    from spans
    union all
    select
        *,
        'trialing' as piece_status,
        is_before_first as is_inferred,
        greatest(span_from, trial_from) as piece_from,
        least(span_to, trial_until) as piece_to
    from spans
    union all
    -- a trial that is over and that no version ended went on as a paid subscription
    select
        *,
        status_outside_trial as piece_status,
        true as is_inferred,
        greatest(span_from, trial_until) as piece_from,
        span_to as piece_to
    from spans
),

final as (
    select
        subscription_id,
        customer_id,
        piece_status as status,
        piece_status in ('active', 'past_due') as is_paying,
        is_inferred,
        cancellation_reason,
        nullif(announced_end_at, {{ end_of_time() }}) as announced_end_at,
        piece_from as valid_from,
        least(piece_to, announced_end_at, ends_at) as valid_to
    from pieces
    where piece_from < least(piece_to, announced_end_at, ends_at)
)

select * from final
