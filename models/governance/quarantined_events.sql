with

messages as (
    select
        messages.message_id,
        messages.reasons,
        cast(null as {{ engine_type('string') }}) as detail,
        messages.source_file,
        messages.source_row,
        sources.text as source,
        messages.loaded_at
    from {{ ref('stg_events__messages') }} as messages
    inner join {{ ref('stg_events__texts') }} as sources
        on sources.kind = 'source' and messages.source_key = sources.text_key
    where messages.outcome not in ('accepted', 'duplicate')
),

rejects as (
    select
        cast(null as {{ engine_type('string') }}) as message_id,
        'malformed' as reasons,
        detail,
        source_file,
        source_row,
        source,
        loaded_at
    from {{ ref('stg_events__rejects') }}
),

final as (
    select * from messages
    union all
    select * from rejects
)

select * from final
