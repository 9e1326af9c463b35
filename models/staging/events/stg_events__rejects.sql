with

rejects as (
    {{ raw_rows('events', 'rejects') }}
),

final as (
    select
        coalesce(nullif({{ trimmed('_source') }}, ''), 'events') as source,
        _file as source_file,
        _row as source_row,
        coalesce(reason, 'unknown') as detail,
        line_sha256,
        _loaded_at as loaded_at,
        cast(_loaded_at as date) as loaded_date
    from rejects
)

select * from final
