with

months as (
    select * from {{ ref('int_calendar__revenue_months') }}
),

intervals as (
    select * from {{ ref('int_subscription_items__mrr') }}
),

final as (
    select
        intervals.account_id,
        intervals.currency,
        months.month,
        intervals.subscription_item_id,
        intervals.subscription_id,
        coalesce(intervals.product_id, intervals.price_id) as product_id,
        intervals.price_id,
        intervals.plan,
        intervals.quantity,
        intervals.status,
        intervals.mrr_minor,
        intervals.announced_end_at is null as is_committed
    from months
    inner join intervals
        on intervals.valid_from <= months.measured_at
        and months.measured_at < intervals.valid_to
)

select * from final
