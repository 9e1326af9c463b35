{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_billing__invoice') }}
    where outcome = 'accepted'
),

final as (
    select
        id as invoice_id,
        {{ public_id(trimmed('customer_id')) }} as customer_id,
        subscription_id,
        lower({{ trimmed('status') }}) as status,
        lower({{ trimmed('billing_reason') }}) as billing_reason,
        lower({{ trimmed('currency') }}) as currency,
        amount_due as amount_due_minor,
        amount_paid as amount_paid_minor,
        amount_remaining as amount_remaining_minor,
        total as total_minor,
        coalesce(attempt_count, 0) as attempt_count,
        next_payment_attempt as next_attempt_at,
        created as created_at,
        due_date as due_at,
        status_transitions_finalized_at as finalized_at,
        status_transitions_paid_at as paid_at,
        status_transitions_marked_uncollectible_at as uncollectible_at,
        status_transitions_voided_at as voided_at,
        coalesce(livemode, true) as is_live,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
