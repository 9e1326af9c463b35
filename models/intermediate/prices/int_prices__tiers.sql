with

prices as (
    select * from {{ ref('int_prices__current') }}
    where is_tiered
),

listed as (
    select
        price_id,
        {{ json_elements("case when " ~ is_json_object("'{\"tiers\":' || tiers || '}'")
            ~ " and " ~ trimmed('tiers') ~ " like '[%' then tiers end") }} as tier
    from prices
),

from_json as (
    select
        price_id,
        -- 'inf' is no number: the last tier has no end
        try_cast({{ json_text('tier', '$.up_to') }} as bigint) as up_to,
        coalesce(
            try_cast(
                {{ json_text('tier', '$.unit_amount_decimal') }} as decimal(24, 12)
            ),
            try_cast({{ json_text('tier', '$.unit_amount') }} as decimal(24, 12))
        ) as unit_amount,
        coalesce(
            try_cast(
                {{ json_text('tier', '$.flat_amount_decimal') }} as decimal(24, 12)
            ),
            try_cast({{ json_text('tier', '$.flat_amount') }} as decimal(24, 12))
        ) as flat_amount
    from listed
),

described as (
    select price_id
    from from_json
    group by price_id
),

loaded_tiers as (
    {{ newest_versions(ref('stg_billing__tiers'), ['price_id', 'up_to']) }}
),

from_tables as (
    select
        loaded_tiers.price_id,
        loaded_tiers.up_to,
        loaded_tiers.unit_amount,
        loaded_tiers.flat_amount
    from loaded_tiers
    left join described
        on loaded_tiers.price_id = described.price_id
    where loaded_tiers.deleted_at is null and described.price_id is null
),

all_tiers as (
    select * from from_json
    union all
    select * from from_tables
),

final as (
    select
        price_id,
        row_number() over (
            partition by price_id
            order by coalesce(up_to, 9223372036854775807), unit_amount, flat_amount
        ) as tier_number,
        coalesce(lag(up_to) over (
            partition by price_id
            order by coalesce(up_to, 9223372036854775807), unit_amount, flat_amount
        ), 0) as above,
        up_to,
        coalesce(unit_amount, cast(0 as decimal(24, 12))) as unit_amount,
        coalesce(flat_amount, cast(0 as decimal(24, 12))) as flat_amount
    from all_tiers
)

select * from final
