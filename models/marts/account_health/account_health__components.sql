-- depends_on: {{ ref('gate_core') }}
with

final as (
    select
        account_id,
        health_date,
        component,
        measure,
        sub_score,
        weight,
        contribution
    from {{ ref('int_accounts__health_components') }}
)

select * from final
