-- depends_on: {{ ref('gate_core') }}
with

final as (
    select
        month,
        currency,
        is_open,
        invoiced_minor,
        credited_minor,
        collected_minor,
        refunded_minor,
        net_collected_minor
    from {{ ref('int_invoices__billing_months') }}
)

select * from final
