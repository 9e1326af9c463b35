-- depends_on: {{ ref('gate_core') }}
with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

-- What is decided stands in the month in which it closed, what is open in the month in
-- which it is expected to.
placed as (
    select
        *,
        cast(
            date_trunc('month', coalesce(cast(closed_at as date), close_date)) as date
        ) as month
    from {{ ref('fct_opportunities') }}
),

counts as (
    select
        opportunity_type,
        month,
        count(case when outcome = 'won' then 1 end) as won_count,
        count(case when outcome = 'lost' then 1 end) as lost_count,
        count(case when outcome = 'open' then 1 end) as open_count,
        count(case when is_closed then 1 end) as mature_count,
        sum(case when is_won then amount end) as won_amount,
        median(case when is_closed then age_days end) as median_days_to_close
    from placed
    group by opportunity_type, month
),

first_months as (
    select
        opportunity_type,
        min(month) as first_month
    from counts
    where month is not null
    group by opportunity_type
),

numbers as (
    {{ number_series(
        "select " ~ periods_between(
            "'month'", 'min(first_month)', "max(cast(date_trunc('month', as_of_at) as date))"
        ) ~ " from first_months cross join clock"
    ) }}
),

first_of_all as (
    select min(first_month) as first_month from first_months
),

-- Months run without gaps from a type's first to the horizon; later ones, and what has
-- no date, have a row where there is something.
spine as (
    select
        first_months.opportunity_type,
        {{ add_periods('first_of_all.first_month', "'month'", 'numbers.number') }}
            as month
    from numbers
    cross join first_of_all
    inner join first_months
        on first_months.first_month
        <= {{ add_periods('first_of_all.first_month', "'month'", 'numbers.number') }}
    union distinct
    select opportunity_type, month
    from counts
),

final as (
    select
        spine.opportunity_type,
        spine.month,
        coalesce(
            cast({{ add_periods('spine.month', "'month'", '1') }} as timestamp)
            > clock.as_of_at,
            true
        ) as is_open,
        coalesce(counts.won_count, 0) as won_count,
        coalesce(counts.lost_count, 0) as lost_count,
        coalesce(counts.open_count, 0) as open_count,
        coalesce(counts.mature_count, 0) as mature_count,
        {{ safe_divide('counts.won_count', 'counts.mature_count') }} as win_rate,
        cast(coalesce(counts.won_amount, 0) as decimal(38, 2)) as won_amount,
        counts.median_days_to_close
    from spine
    cross join clock
    left join counts
        on spine.opportunity_type = counts.opportunity_type
        and spine.month is not distinct from counts.month
)

select * from final
