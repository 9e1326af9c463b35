with

messages as (
    select source, loaded_date, outcome, count(*) as row_count
    from {{ ref('stg_events__messages') }}
    group by source, loaded_date, outcome
),

rejects as (
    select source, loaded_date, 'malformed' as outcome, count(*) as row_count
    from {{ ref('stg_events__rejects') }}
    group by source, loaded_date
),

together as (
    select * from messages
    union all
    select * from rejects
),

final as (
    select source, loaded_date, outcome, cast(sum(row_count) as bigint) as row_count
    from together
    group by source, loaded_date, outcome
)

select * from final
