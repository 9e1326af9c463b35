with

messages as (
    select
        message_id,
        reasons,
        cast(null as {{ engine_type('string') }}) as detail,
        source_file,
        source_row,
        source,
        loaded_at
    from {{ ref('stg_events__messages') }}
    where outcome not in ('accepted', 'duplicate')
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
