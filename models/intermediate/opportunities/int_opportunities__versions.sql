with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

known as (
    select
        versions.*,
        first_value(versions.is_deleted) over (
            partition by versions.opportunity_id order by versions.valid_from desc
        ) as is_deleted_now
    from {{ ref('stg_crm__opportunities') }} as versions
    cross join clock
    where versions.valid_from <= clock.as_of_at
),

living as (
    select
        *,
        min(created_at) over (partition by opportunity_id) as stated_created_at,
        min(valid_from) over (partition by opportunity_id) as first_valid_from,
        max(valid_from) over (partition by opportunity_id) as last_valid_from
    from known
    where not is_deleted and not is_deleted_now
),

final as (
    select
        opportunity_id,
        crm_account_id,
        owner_id,
        coalesce(opportunity_type, 'unknown') as opportunity_type,
        coalesce(stage_name, 'unknown') as stage_name,
        cast(amount as decimal(38, 2)) as amount,
        is_won,
        is_won or is_closed as is_closed,
        close_date,
        least(coalesce(stated_created_at, first_valid_from), first_valid_from)
            as created_at,
        valid_from,
        valid_from = first_valid_from as is_first,
        valid_from = last_valid_from as is_newest
    from living
)

select * from final
