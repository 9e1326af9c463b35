with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

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
        currency,
        created_at as happened_at,
        amount_minor
    from credit_notes
    where is_live and deleted_at is null and status = 'issued'
    union all
    select
        'collected' as kind,
        currency,
        created_at as happened_at,
        amount_minor
    from charges
    where is_live and deleted_at is null and status = 'succeeded'
    union all
    select
        'refunded' as kind,
        refunds.currency,
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

sums as (
    select
        cast(date_trunc('month', papers.happened_at) as date) as month,
        papers.currency,
        {% for kind in ['invoiced', 'credited', 'collected', 'refunded'] -%}
        cast(sum(
            case when papers.kind = '{{ kind }}' then papers.amount_minor else 0 end
        ) as bigint) as {{ kind }}_minor{% if not loop.last %},{% endif %}
        {% endfor %}
    from papers
    cross join clock
    where papers.happened_at <= clock.as_of_at and papers.amount_minor is not null
    group by cast(date_trunc('month', papers.happened_at) as date), papers.currency
),

final as (
    select
        sums.month,
        sums.currency,
        {{ add_periods('sums.month', "'month'", '1') }}
        > cast(clock.as_of_at as date) as is_open,
        sums.invoiced_minor,
        sums.credited_minor,
        sums.collected_minor,
        sums.refunded_minor,
        sums.collected_minor - sums.refunded_minor as net_collected_minor
    from sums
    cross join clock
)

select * from final
