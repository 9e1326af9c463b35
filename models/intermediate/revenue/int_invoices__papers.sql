with

invoices as (
    {{ newest_versions(ref('stg_billing__invoices'), ['invoice_id']) }}
),

credit_notes as (
    {{ newest_versions(ref('stg_billing__credit_notes'), ['credit_note_id']) }}
),

charges as (
    {{ newest_versions(ref('stg_billing__charges'), ['charge_id']) }}
),

refunds as (
    {{ newest_versions(ref('stg_billing__refunds'), ['refund_id']) }}
),

refunded_charges as (
    select charge_id
    from refunds
    where charge_id is not null
    group by charge_id
),

papers as (
    select
        'invoiced' as kind,
        invoice_id as object_id,
        currency,
        coalesce(finalized_at, created_at) as happened_at,
        total_minor as amount_minor
    from invoices
    where
        is_live
        and deleted_at is null
        and status in ('open', 'paid', 'uncollectible')
    union all
    select
        'credited' as kind,
        credit_note_id as object_id,
        currency,
        created_at as happened_at,
        amount_minor
    from credit_notes
    where is_live and deleted_at is null and status = 'issued'
    union all
    select
        'collected' as kind,
        charge_id as object_id,
        currency,
        created_at as happened_at,
        amount_minor
    from charges
    where is_live and deleted_at is null and status = 'succeeded'
    union all
    select
        'refunded' as kind,
        refunds.refund_id as object_id,
        coalesce(refunds.currency, charges.currency) as currency,
        refunds.created_at as happened_at,
        refunds.amount_minor
    from refunds
    left join charges
        on refunds.charge_id = charges.charge_id
    where
        coalesce(charges.is_live, true)
        and refunds.deleted_at is null
        and refunds.status = 'succeeded'
    union all
    -- what a charge says itself, where its refunds are not loaded
    select
        'refunded' as kind,
        charges.charge_id as object_id,
        charges.currency,
        charges.created_at as happened_at,
        charges.refunded_minor as amount_minor
    from charges
    left join refunded_charges
        on charges.charge_id = refunded_charges.charge_id
    where
        charges.is_live
        and charges.deleted_at is null
        and charges.refunded_minor > 0
        and refunded_charges.charge_id is null
),

-- what lacks one of these stands in no month, and in governance.billing_findings
final as (
    select
        *,
        currency is not null
        and happened_at is not null
        and amount_minor is not null as is_complete
    from papers
)

select * from final
