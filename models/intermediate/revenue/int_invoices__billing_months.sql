with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

papers as (
    select * from {{ ref('int_invoices__papers') }}
    where is_complete
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
    where papers.happened_at <= clock.as_of_at
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
