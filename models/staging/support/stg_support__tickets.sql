{{ config(materialized='view') }}

with

versions as (
    select * from {{ ref('base_support__ticket') }}
    where outcome = 'accepted'
),

final as (
    select
        {{ public_id(trimmed('id')) }} as ticket_id,
        {{ public_id(trimmed('organization_id')) }} as organization_id,
        {{ public_id(trimmed('requester_id')) }} as requester_id,
        lower({{ trimmed('status') }}) as status,
        lower({{ trimmed('priority') }}) as priority,
        lower({{ trimmed('type') }}) as ticket_type,
        created_at,
        solved_at,
        coalesce(_deleted, false) as is_deleted,
        version_number,
        valid_from,
        valid_to,
        _loaded_at as loaded_at
    from versions
)

select * from final
