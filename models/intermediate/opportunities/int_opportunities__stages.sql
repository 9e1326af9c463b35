with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

versions as (
    select
        versions.opportunity_id,
        versions.owner_id,
        coalesce(versions.stage_name, 'unknown') as stage_name,
        versions.is_closed,
        versions.is_won,
        -- an opportunity was in its first stage since it was made
        case
            when versions.version_number = 1
                then least(versions.valid_from, coalesce(versions.created_at, versions.valid_from))
            else versions.valid_from
        end as valid_from
    from {{ ref('stg_crm__opportunities') }} as versions
    cross join clock
    where
        not versions.is_deleted
        and (versions.valid_from <= clock.as_of_at or versions.version_number = 1)
),

changes as (
    select versions.*
    from versions
    cross join clock
    where versions.valid_from <= clock.as_of_at
    qualify coalesce(
        lag(versions.stage_name) over (
            partition by versions.opportunity_id order by versions.valid_from
        ) <> versions.stage_name,
        true
    )
),

final as (
    select
        opportunity_id,
        row_number() over (partition by opportunity_id order by valid_from) as stage_number,
        stage_name,
        owner_id,
        is_closed,
        is_won,
        valid_from as entered_at,
        lead(valid_from) over (partition by opportunity_id order by valid_from) as left_at
    from changes
)

select * from final
