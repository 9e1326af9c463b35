{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_billing__coupon') }}
    where outcome = 'accepted'
),

final as (
    select
        id as coupon_id,
        percent_off,
        amount_off as amount_off_minor,
        lower({{ trimmed('currency') }}) as currency,
        lower({{ trimmed('duration') }}) as duration,
        duration_in_months,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
