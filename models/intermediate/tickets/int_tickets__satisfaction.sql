with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

newest as (
    select
        ratings.ticket_id,
        ratings.rating_id,
        ratings.score,
        ratings.is_deleted,
        ratings.valid_from,
        coalesce(ratings.rated_at, ratings.valid_from) as rated_at,
        clock.as_of_at
    from {{ ref('stg_support__satisfaction_ratings') }} as ratings
    cross join clock
    where ratings.valid_from <= clock.as_of_at
    qualify
        row_number() over (
            partition by ratings.rating_id order by ratings.valid_from desc
        ) = 1
),

final as (
    select
        ticket_id,
        case when score like 'good%' then 'good' else 'bad' end as satisfaction,
        rated_at
    from newest
    where not is_deleted
        and ticket_id is not null
        and (score like 'good%' or score like 'bad%')
        and rated_at <= as_of_at
    qualify
        row_number() over (
            partition by ticket_id
            order by rated_at desc, valid_from desc, rating_id desc
        ) = 1
)

select * from final
