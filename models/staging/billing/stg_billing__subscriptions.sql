{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_billing__subscription') }}
    where outcome = 'accepted'
),

final as (
    select
        id as subscription_id,
        {{ public_id(trimmed('customer_id')) }} as customer_id,
        lower({{ trimmed('status') }}) as status,
        created as created_at,
        coalesce(start_date, created) as starts_at,
        trial_start as trial_starts_at,
        trial_end as trial_ends_at,
        cancel_at,
        coalesce(cancel_at_period_end, false) as is_canceled_at_period_end,
        canceled_at,
        ended_at,
        nullif(lower({{ trimmed('pause_collection_behavior') }}), '') is not null
            as is_collection_paused,
        nullif(lower({{ trimmed('cancellation_details_reason') }}), '')
            as cancellation_reason,
        current_period_start as period_starts_at,
        current_period_end as period_ends_at,
        coalesce(livemode, true) as is_live,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
