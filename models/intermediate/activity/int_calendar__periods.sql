with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

starts as (
    {% for period_type in ['day', 'week', 'month'] -%}
    select
        '{{ period_type }}' as period_type,
        cast(date_trunc('{{ period_type }}', activity_date) as date) as period_start
    from {{ ref('int_calendar__days') }}
    group by cast(date_trunc('{{ period_type }}', activity_date) as date)
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

bounded as (
    select
        period_type,
        period_start,
        {{ add_periods('period_start', 'period_type', 1) }} as next_period_start
    from starts
),

final as (
    select
        bounded.*,
        cast(bounded.next_period_start as timestamp) > clock.usage_as_of_at as is_open
    from bounded
    cross join clock
)

select * from final
