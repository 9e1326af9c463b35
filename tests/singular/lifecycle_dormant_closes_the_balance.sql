-- dormant(t) = active(t-1) - returning(t), in every closed period.
with

periods as (
    select
        *,
        coalesce(
            lag(active_count)
                over (partition by grain, period_type order by period_start),
            0
        ) as previous_active_count
    from {{ ref('engagement__lifecycle_periods') }}
)

select *
from periods
where not is_open
    and dormant_count <> previous_active_count - returning_count
