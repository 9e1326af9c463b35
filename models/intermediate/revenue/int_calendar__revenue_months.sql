with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

bounds as (
    select
        cast(date_trunc('month', min(intervals.valid_from)) as date) as first_month,
        max(clock.as_of_at) as as_of_at
    from {{ ref('int_subscription_items__mrr') }} as intervals
    cross join clock
    where intervals.valid_from <= clock.as_of_at
),

numbers as (
    {{ number_series(
        "select " ~ periods_between("'month'", 'first_month', "cast(date_trunc('month', as_of_at) as date)")
        ~ " from bounds"
    ) }}
),

months as (
    select
        {{ add_periods('bounds.first_month', "'month'", 'numbers.number') }} as month,
        cast({{ add_periods(
            'bounds.first_month', "'month'", 'numbers.number + 1'
        ) }} as timestamp) as next_month_at,
        bounds.as_of_at
    from numbers
    cross join bounds
),

final as (
    select
        month,
        next_month_at > as_of_at as is_open,
        -- in force just before the next month; the open month as of now
        case
            when next_month_at > as_of_at then as_of_at
            else next_month_at - interval 1 microsecond
        end as measured_at
    from months
)

select * from final
