with

tickets as (
    select * from {{ ref('int_tickets__versions') }}
    where is_newest
),

people as (
    {{ newest_versions(ref('stg_support__users'), ['support_user_id']) }}
),

parties as (
    select * from {{ ref('int_parties__resolved') }}
    where source = 'support'
),

placed as (
    select
        tickets.*,
        coalesce(tickets.organization_id, people.organization_id)
            as asking_organization_id
    from tickets
    left join people
        on tickets.requester_id = people.support_user_id
),

final as (
    select
        placed.ticket_id,
        coalesce(parties.account_id, 'support:' || placed.asking_organization_id)
            as account_id,
        placed.asking_organization_id as organization_id,
        placed.requester_id,
        placed.status,
        placed.is_solved,
        placed.priority,
        placed.ticket_type,
        placed.created_at
    from placed
    left join parties
        on placed.asking_organization_id = parties.source_id
)

select * from final
