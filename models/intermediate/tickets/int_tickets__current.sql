with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

tickets as (
    {{ newest_versions(ref('stg_support__tickets'), ['ticket_id']) }}
),

first_versions as (
    select
        ticket_id,
        valid_from
    from {{ ref('stg_support__tickets') }}
    where version_number = 1
),

people as (
    {{ newest_versions(ref('stg_support__users'), ['support_user_id']) }}
),

parties as (
    select * from {{ ref('int_parties__resolved') }} where source = 'support'
),

final as (
    select
        tickets.ticket_id,
        coalesce(tickets.organization_id, people.organization_id) as organization_id,
        coalesce(
            parties.account_id,
            'support:' || coalesce(tickets.organization_id, people.organization_id, 'unknown')
        ) as account_id,
        tickets.requester_id,
        tickets.status,
        tickets.priority,
        tickets.ticket_type,
        coalesce(tickets.created_at, first_versions.valid_from) as created_at
    from tickets
    inner join first_versions
        on tickets.ticket_id = first_versions.ticket_id
    cross join clock
    left join people
        on tickets.requester_id = people.support_user_id
    left join parties
        on coalesce(tickets.organization_id, people.organization_id) = parties.source_id
    where
        tickets.deleted_at is null
        and coalesce(tickets.status, 'new') <> 'deleted'
        and coalesce(tickets.created_at, first_versions.valid_from) <= clock.as_of_at
)

select * from final
