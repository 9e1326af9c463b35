with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

known as (
    select
        versions.*,
        versions.is_deleted or coalesce(versions.status = 'deleted', false) as is_gone
    from {{ ref('stg_support__tickets') }} as versions
    cross join clock
    where versions.valid_from <= clock.as_of_at
),

judged as (
    select
        *,
        first_value(is_gone) over (
            partition by ticket_id order by valid_from desc
        ) as is_gone_now
    from known
),

living as (
    select
        *,
        min(created_at) over (partition by ticket_id) as stated_created_at,
        min(valid_from) over (partition by ticket_id) as first_valid_from,
        max(valid_from) over (partition by ticket_id) as last_valid_from
    from judged
    where not is_gone and not is_gone_now
),

final as (
    select
        ticket_id,
        organization_id,
        requester_id,
        coalesce(status, 'unknown') as status,
        coalesce(status in ('solved', 'closed'), false) as is_solved,
        priority,
        ticket_type,
        least(coalesce(stated_created_at, first_valid_from), first_valid_from)
            as created_at,
        solved_at,
        valid_from,
        valid_from = first_valid_from as is_first,
        valid_from = last_valid_from as is_newest
    from living
)

select * from final
