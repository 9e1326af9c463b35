with

counts as (
    {% for table_name in version_tables('billing') -%}
    select
        '{{ table_name }}' as table_name,
        cast(_loaded_at as date) as loaded_date,
        case
            when outcome = 'quarantined' then split_part(reasons, ',', 1) else outcome
        end as outcome,
        count(*) as row_count,
        max(_loaded_at) as newest_loaded_at
    from {{ ref('base_billing__' ~ table_name) }}
    group by
        cast(_loaded_at as date),
        case
            when outcome = 'quarantined' then split_part(reasons, ',', 1) else outcome
        end
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

final as (
    select
        'billing' as source,
        counts.*
    from counts
)

select * from final
