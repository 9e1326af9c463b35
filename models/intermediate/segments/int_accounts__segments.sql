{#- The columns of which int_accounts__history has the past. #}
{%- set kept = ['plan', 'owner_id', 'segment', 'region'] %}
{%- set columns = segment_columns('dim_accounts') %}

with

definitions as (
    select * from {{ ref('stg_definitions__segments') }}
    where relation = 'accounts'
),

accounts as (
    select
        *,
        cast(null as timestamp) as valid_from,
        cast(null as timestamp) as valid_to
    from {{ ref('int_accounts__described') }}
),

history as (
    select * from {{ ref('int_accounts__history') }}
),

told as (
    {% for column in columns -%}
    select
        account_id,
        valid_from,
        valid_to,
        '{{ column }}' as column_name,
        cast({{ column }} as {{ dbt.type_string() }}) as dimension_value
    from {{ 'history' if column in kept else 'accounts' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        told.account_id,
        definitions.dimension,
        told.dimension_value,
        told.valid_from,
        told.valid_to
    from told
    inner join definitions on told.column_name = definitions.column_name
    where told.dimension_value is not null
)

select * from final
