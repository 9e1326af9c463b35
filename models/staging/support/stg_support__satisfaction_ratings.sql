{{ config(materialized='view') }}

with

versions as (
    select *
    from {{ ref('base_support__satisfaction_rating') }}
    where outcome = 'accepted'
),

final as (
    select
        {{ public_id(trimmed('id')) }} as rating_id,
        {{ public_id(trimmed('ticket_id')) }} as ticket_id,
        lower({{ trimmed('score') }}) as score,
        created_at as rated_at,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
