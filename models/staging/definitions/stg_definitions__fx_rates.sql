-- depends_on: {{ ref('gate_definitions') }}
with

seed as (
    select * from {{ ref('fx_rates') }}
),

typed as (
    select
        lower(trim(currency)) as currency,
        cast(trim(rate_date) as date) as valid_from,
        cast(trim(rate_to_reporting) as decimal(24, 12)) as rate_to_reporting
    from seed
),

final as (
    select
        currency,
        valid_from,
        -- a rate holds until the next one
        lead(valid_from) over (partition by currency order by valid_from) as valid_to,
        rate_to_reporting
    from typed
)

select * from final
