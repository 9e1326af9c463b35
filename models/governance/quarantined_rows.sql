with

rows_refused as (
    {% for source_name in ['billing', 'crm', 'support'] -%}
    {%- set last_source = loop.last -%}
    {% for table_name in version_tables(source_name) -%}
    select
        '{{ source_name }}' as source,
        '{{ table_name }}' as table_name,
        reasons,
        nullif(unreadable_columns, '') as unreadable_columns,
        file_path as source_file,
        file_row as source_row,
        _loaded_at as loaded_at
    from {{ ref('base_' ~ source_name ~ '__' ~ table_name) }}
    where outcome = 'quarantined'
    {% if not (loop.last and last_source) %}union all{% endif %}
    {% endfor -%}
    {% endfor -%}
),

final as (
    select * from rows_refused
)

select * from final
