-- What the CRM and support say of an account at the end of each of its days.
with

days as (
    select * from {{ ref('int_accounts__health_days') }}
),

parties as (
    select * from {{ ref('int_parties__resolved') }}
),

support_is_there as (
    select count(*) > 0 as has_support from {{ ref('int_tickets__current') }}
),

tickets as (
    select
        tickets.account_id,
        cast(tickets.created_at as date) as created_date,
        count(*) as ticket_count
    from {{ ref('int_tickets__current') }} as tickets
    left join parties
        on parties.source = 'support'
        and tickets.organization_id = parties.source_id
    -- before the organisation was known as the account's, nobody knew
    where parties.source_id is null or parties.valid_from <= tickets.created_at
    group by tickets.account_id, cast(tickets.created_at as date)
),

renewals as (
    select
        parties.account_id,
        versions.close_date,
        greatest(versions.valid_from, parties.valid_from) as valid_from,
        coalesce(versions.valid_to, {{ end_of_time() }}) as valid_to
    from {{ ref('stg_crm__opportunities') }} as versions
    inner join parties
        on parties.source = 'crm'
        and versions.crm_account_id = parties.source_id
    where
        lower(versions.opportunity_type) like '%renew%'
        and not versions.is_closed
        and not versions.is_deleted
        and versions.close_date is not null
),

next_renewals as (
    select
        days.account_id,
        days.health_date,
        min(renewals.close_date) as renewal_date
    from days
    inner join renewals
        on days.account_id = renewals.account_id
        and renewals.valid_from < days.day_ends_at
        and days.day_ends_at <= renewals.valid_to
    group by days.account_id, days.health_date
),

final as (
    select
        days.account_id,
        days.health_date,
        case
            when
                support_is_there.has_support
                then cast(sum(coalesce(tickets.ticket_count, 0)) over (
                        partition by days.account_id order by days.health_date
                        rows between 27 preceding and current row
                    ) as bigint)
        end as ticket_count,
        next_renewals.renewal_date
    from days
    cross join support_is_there
    left join tickets
        on days.account_id = tickets.account_id
        and days.health_date = tickets.created_date
    left join next_renewals
        on days.account_id = next_renewals.account_id
        and days.health_date = next_renewals.health_date
)

select * from final
