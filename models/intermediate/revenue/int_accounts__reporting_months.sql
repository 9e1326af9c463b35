{%- set reporting_currency = "'" ~ (var('reporting_currency') | lower) ~ "'" -%}
with

account_months as (
    select * from {{ ref('int_accounts__mrr_months') }}
),

months as (
    select * from {{ ref('int_calendar__revenue_months') }}
),

rates as (
    select * from {{ ref('stg_definitions__fx_rates') }}
),

currencies as (
    select * from {{ ref('stg_definitions__currencies') }}
),

reporting as (
    select coalesce(max(minor_units), 100) as minor_units
    from currencies
    where currency = {{ reporting_currency }}
),

monthly_rates as (
    select
        months.month,
        rates.currency,
        rates.rate_to_reporting
    from months
    inner join rates
        on rates.valid_from <= cast(months.measured_at as date)
        and cast(months.measured_at as date)
        < coalesce(rates.valid_to, date '9999-12-31')
),

rated as (
    select
        account_months.*,
        case
            when
                account_months.currency = {{ reporting_currency }}
                then cast(1 as decimal(24, 12))
            else monthly_rates.rate_to_reporting
        end as rate,
        coalesce(currencies.minor_units, 100) as minor_units,
        reporting.minor_units as reporting_minor_units
    from account_months
    cross join reporting
    left join monthly_rates
        on account_months.month = monthly_rates.month
        and account_months.currency = monthly_rates.currency
    left join currencies
        on account_months.currency = currencies.currency
),

converted as (
    select
        account_id,
        currency,
        month,
        is_open,
        movement_type,
        {% for amount in ['mrr_minor', 'previous_mrr_minor', 'year_ago_mrr_minor'] -%}
        case
            when {{ amount }} = 0 then 0
            else {{ rounded_quotient(
                '(' ~ picos('rate') ~ ' * ' ~ amount ~ ' * reporting_minor_units)',
                '(' ~ picos(1) ~ ' * minor_units)'
            ) }}
        end as {{ amount }},
        {% endfor -%}
        -- nothing is worth nothing at any rate
        coalesce(rate is not null, false)
        or (
            mrr_minor = 0
            and previous_mrr_minor = 0
            and coalesce(year_ago_mrr_minor, 0) = 0
        )
            as has_rate
    from rated
),

-- the month before keeps the value that it had then; what the new rate changes is fx
final as (
    select
        account_id,
        currency,
        month,
        is_open,
        movement_type,
        has_rate,
        coalesce(lag(mrr_minor)
            over (
                partition by account_id, currency order by month
            ), case when previous_mrr_minor = 0 then 0
        end) as start_minor,
        mrr_minor - previous_mrr_minor as movement_minor,
        mrr_minor as end_minor,
        year_ago_mrr_minor,
        previous_mrr_minor
    from converted
)

select * from final
