with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

charges as (
    {{ newest_versions(ref('stg_billing__charges'), ['charge_id']) }}
),

failed_charges as (
    select
        charges.invoice_id,
        charges.created_at as failed_at
    from charges
    cross join clock
    where charges.status = 'failed' and charges.created_at <= clock.as_of_at
),

invoice_versions as (
    select
        invoices.*,
        coalesce(lag(invoices.attempt_count) over (
            partition by invoices.invoice_id order by invoices.valid_from
        ), 0) as previous_attempt_count
    from {{ ref('stg_billing__invoices') }} as invoices
    cross join clock
    where invoices.valid_from <= clock.as_of_at and not invoices.is_deleted
),

-- an attempt that left the invoice open did not succeed
counted_attempts as (
    select
        invoice_id,
        valid_from as failed_at
    from invoice_versions
    where
        status in ('open', 'uncollectible')
        and attempt_count > previous_attempt_count
),

charged as (
    select invoice_id
    from failed_charges
    group by invoice_id
),

-- charges say it best; where none are loaded, the invoice's own count does
failures as (
    select
        invoice_id,
        failed_at
    from failed_charges
    union all
    select
        counted_attempts.invoice_id,
        counted_attempts.failed_at
    from counted_attempts
    left join charged
        on counted_attempts.invoice_id = charged.invoice_id
    where charged.invoice_id is null
),

final as (
    select
        invoice_id,
        min(failed_at) as first_failed_at,
        max(failed_at) as last_failed_at,
        count(*) as failed_count
    from failures
    where invoice_id is not null
    group by invoice_id
)

select * from final
