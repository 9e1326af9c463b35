with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

lines as (
    {{ newest_versions(
        ref('stg_billing__invoice_line_items'), ['invoice_line_item_id']
    ) }}
),

invoices as (
    {{ newest_versions(ref('stg_billing__invoices'), ['invoice_id']) }}
),

prices as (
    select * from {{ ref('int_prices__current') }}
    where is_metered
),

parties as (
    select * from {{ ref('int_parties__resolved') }}
    where source = 'billing'
),

-- metered lines of invoices that stand, in the month in which their period ended
used as (
    select
        coalesce(parties.account_id, 'billing:' || invoices.customer_id) as account_id,
        lines.currency,
        cast(date_trunc('month', lines.period_ends_at) as date) as month,
        sum(lines.amount_minor) as amount_minor
    from lines
    inner join prices
        on lines.price_id = prices.price_id
    inner join invoices
        on lines.invoice_id = invoices.invoice_id
    cross join clock
    left join parties
        on invoices.customer_id = parties.source_id
    where
        lines.deleted_at is null
        and invoices.deleted_at is null
        and invoices.is_live
        and invoices.status in ('open', 'paid', 'uncollectible')
        and lines.period_ends_at <= clock.as_of_at
    group by
        coalesce(parties.account_id, 'billing:' || invoices.customer_id),
        lines.currency,
        cast(date_trunc('month', lines.period_ends_at) as date)
),

-- a month's use counts in three months
spread as (
    {% for later in range(3) -%}
    select
        account_id,
        currency,
        {{ add_periods('month', "'month'", later) }} as month,
        amount_minor
    from used
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

final as (
    select
        spread.account_id,
        spread.currency,
        spread.month,
        {{ rounded_quotient('sum(spread.amount_minor)', '3') }}
            as usage_mrr_trailing_3m_minor
    from spread
    cross join clock
    where cast(spread.month as timestamp) <= clock.as_of_at
    group by spread.account_id, spread.currency, spread.month
)

select * from final
