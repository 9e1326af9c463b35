-- depends_on: {{ ref('gate_core') }}
with

attempts as (
    select * from {{ ref('int_funnels__attempts') }}
),

final as (
    select
        funnel_id,
        actor_id,
        furthest_step,
        entered_at,
        completed_at,
        case
            when is_excluded then 'excluded'
            when is_converted then 'converted'
            when has_open_window then 'pending'
            else 'dropped'
        end as outcome,
        not has_open_window as is_mature
    from attempts
    group by
        funnel_id, actor_id, furthest_step, entered_at, completed_at, is_excluded,
        is_converted, has_open_window
)

select * from final
