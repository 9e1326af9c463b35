with

messages as (
    select
        texts.text as source,
        messages.loaded_date,
        messages.outcome,
        messages.event_key,
        count(*) as row_count
    from {{ ref('stg_events__messages') }} as messages
    inner join {{ ref('stg_events__texts') }} as texts
        on texts.kind = 'source' and messages.source_key = texts.text_key
    group by texts.text, messages.loaded_date, messages.outcome, messages.event_key
),

rejects as (
    select
        source,
        loaded_date,
        'malformed' as outcome,
        cast(null as bigint) as event_key,
        count(*) as row_count
    from {{ ref('stg_events__rejects') }}
    group by source, loaded_date
),

together as (
    select * from messages
    union all
    select * from rejects
),

final as (
    select
        source,
        loaded_date,
        outcome,
        event_key,
        cast(sum(row_count) as bigint) as row_count
    from together
    group by source, loaded_date, outcome, event_key
)

select * from final
