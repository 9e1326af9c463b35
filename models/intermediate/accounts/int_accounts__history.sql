{%- set known_order -%}
partition by account_id order by valid_from, tie
rows between unbounded preceding and current row
{%- endset -%}
{%- set attributes = [
    'product_plan', 'product_segment', 'product_region', 'owner_id', 'crm_segment', 'billing_plan'
] -%}
with

changes as (
    select * from {{ ref('int_accounts__attribute_changes') }}
),

-- all that is known at each moment
known as (
    select
        account_id,
        valid_from,
        tie,
    {% for attribute in attributes -%}
    {{ last_known(attribute, known_order) }}
        as {{ attribute }}{% if not loop.last %},{% endif %}
    {% endfor %}
    from changes
),

moments as (
    select
        account_id,
        valid_from,
        coalesce(product_plan, nullif(billing_plan, '')) as plan,
        nullif(owner_id, '') as owner_id,
        coalesce(product_segment, crm_segment) as segment,
        product_region as region
    from known
    qualify row_number() over (partition by account_id, valid_from order by tie desc)
        = 1
),

compared as (
    select
        *,
        coalesce(plan, '') || chr(31) || coalesce(owner_id, '') || chr(31)
        || coalesce(segment, '') || chr(31) || coalesce(region, '') as content
    from moments
),

changed as (
    select
        *,
        lag(content)
            over (partition by account_id order by valid_from)
            as previous_content
    from compared
),

final as (
    select
        account_id,
        plan,
        owner_id,
        segment,
        region,
        valid_from,
        lead(valid_from) over (partition by account_id order by valid_from) as valid_to
    from changed
    where previous_content is null or previous_content <> content
)

select * from final
