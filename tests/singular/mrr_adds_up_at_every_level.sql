-- Of every month and currency: the items in force when it is measured, the accounts,
-- the months, the segments of each dimension and the cohorts have one MRR. The cohorts
-- leave out the open month.
with

items as (
    select
        calendar.month,
        intervals.currency,
        sum(intervals.mrr_minor) as mrr_minor
    from {{ ref('int_calendar__revenue_months') }} as calendar
    inner join {{ ref('fct_mrr_intervals') }} as intervals
        on intervals.valid_from <= calendar.measured_at
        and (calendar.measured_at < intervals.valid_to or intervals.valid_to is null)
    group by calendar.month, intervals.currency
),

accounts as (
    select month, currency, sum(mrr_minor) as mrr_minor
    from {{ ref('revenue__account_months') }}
    group by month, currency
),

months as (
    select month, currency, is_open, end_minor as mrr_minor
    from {{ ref('revenue__months') }}
),

dimensions as (
    select
        month,
        currency,
        dimension,
        sum(start_minor) as start_minor,
        sum(new_minor + reactivation_minor + expansion_minor) as gained_minor,
        sum(contraction_minor + churn_minor) as lost_minor,
        sum(end_minor) as mrr_minor,
        sum(customer_count) as customer_count
    from {{ ref('revenue__segment_months') }}
    group by month, currency, dimension
),

-- each dimension has each month
names as (
    select distinct dimension from {{ ref('revenue__segment_months') }}
),

numbered as (
    select
        extract(year from cohort_month) * 12
        + extract(month from cohort_month) + period_number as month_number,
        currency,
        mrr_minor
    from {{ ref('revenue__cohort_months') }}
    where not is_open
),

cohorts as (
    select
        month_number,
        currency,
        sum(mrr_minor) as mrr_minor
    from numbered
    group by month_number, currency
),

findings as (
    select 'items' as level, coalesce(items.month, accounts.month) as month
    from items
    full join accounts
        on items.month = accounts.month and items.currency = accounts.currency
    where coalesce(items.mrr_minor, 0) <> coalesce(accounts.mrr_minor, 0)
    union all
    select 'accounts' as level, coalesce(accounts.month, months.month) as month
    from accounts
    full join months
        on accounts.month = months.month and accounts.currency = months.currency
    where coalesce(accounts.mrr_minor <> months.mrr_minor, true)
    union all
    select 'segments' as level, months.month
    from {{ ref('revenue__months') }} as months
    left join names
        on true
    left join dimensions
        on months.month = dimensions.month
        and months.currency = dimensions.currency
        and names.dimension = dimensions.dimension
    where coalesce(
            months.start_minor <> dimensions.start_minor
            or months.new_minor + months.reactivation_minor + months.expansion_minor
            <> dimensions.gained_minor
            or months.contraction_minor + months.churn_minor <> dimensions.lost_minor
            or months.end_minor <> dimensions.mrr_minor
            or months.customer_count <> dimensions.customer_count,
            true
        )
    union all
    select 'cohorts' as level, months.month
    from months
    left join cohorts
        on months.currency = cohorts.currency
        and extract(year from months.month) * 12 + extract(month from months.month)
        = cohorts.month_number
    where not months.is_open and coalesce(months.mrr_minor <> cohorts.mrr_minor, true)
)

select * from findings
