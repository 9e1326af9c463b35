with

counts as (
    {% for source_name in ['billing', 'crm', 'support'] -%}
    select source, table_name, loaded_date, outcome, row_count
    from {{ ref('stg_' ~ source_name ~ '__row_outcomes') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

final as (
    select
        source,
        table_name,
        loaded_date,
        outcome,
        row_count
    from counts
)

select * from final
