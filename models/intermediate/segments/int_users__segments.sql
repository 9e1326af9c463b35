{%- set columns = segment_columns('dim_users') %}

with

definitions as (
    select * from {{ ref('stg_definitions__segments') }}
    where relation = 'users'
),

users as (
    select * from {{ ref('int_users__described') }}
),

told as (
    {% for column in columns -%}
    select
        user_id,
        '{{ column }}' as column_name,
        cast({{ column }} as {{ dbt.type_string() }}) as dimension_value
    from users
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        told.user_id,
        definitions.dimension,
        told.dimension_value
    from told
    inner join definitions on told.column_name = definitions.column_name
    where told.dimension_value is not null
)

select * from final
