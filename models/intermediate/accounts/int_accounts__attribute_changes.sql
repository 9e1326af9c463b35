-- What each source says of an account, from when on. '' = it says that there is none.
with

group_messages as (
    select
        accounts.account_id,
        events.event_at as valid_from,
        events.message_id as tie,
        nullif({{ trimmed(json_text('events.traits', '$.plan')) }}, '') as product_plan,
        nullif(
            {{ trimmed(json_text('events.traits', '$.segment')) }}, ''
        ) as product_segment,
        nullif({{ trimmed(json_text('events.traits', '$.region')) }}, '')
            as product_region
    from {{ ref('int_events__accepted') }} as events
    inner join {{ ref('int_accounts__ids') }} as accounts
        on events.own_account_key = accounts.account_key
    where events.message_type = 'group' and not events.is_refused
),

main_crm as (
    select
        account_id,
        crm_account_id
    from {{ ref('int_accounts__parties') }}
    where crm_account_id is not null
),

crm_versions as (
    select
        main_crm.account_id,
        case
            when versions.version_number = 1
                then least(
                        versions.valid_from,
                        coalesce(versions.created_at, versions.valid_from)
                    )
            else versions.valid_from
        end as valid_from,
        versions.crm_account_id as tie,
        case when versions.is_deleted then '' else coalesce(versions.owner_id, '') end
            as owner_id,
        case
            when
                not versions.is_deleted
                then {{ size_segment('versions.employee_count') }}
        end
            as crm_segment
    from main_crm
    inner join {{ ref('stg_crm__accounts') }} as versions
        on main_crm.crm_account_id = versions.crm_account_id
),

intervals as (
    select * from {{ ref('int_subscription_items__mrr') }}
),

billing_moments as (
    select account_id, valid_from from intervals
    union
    select account_id, valid_to from intervals
    where valid_to < {{ end_of_time() }}
),

billing_changes as (
    select
        moments.account_id,
        moments.valid_from,
        '' as tie,
        coalesce(
            max_by(
                intervals.plan, (intervals.mrr_minor, intervals.subscription_item_id)
            ),
            ''
        ) as billing_plan
    from billing_moments as moments
    left join intervals
        on moments.account_id = intervals.account_id
        and intervals.valid_from <= moments.valid_from
        and moments.valid_from < intervals.valid_to
    group by moments.account_id, moments.valid_from
),

{% set text_type = engine_type('string') -%}
together as (
    select
        account_id,
        valid_from,
        tie,
        product_plan,
        product_segment,
        product_region,
        cast(null as {{ text_type }}) as owner_id,
        cast(null as {{ text_type }}) as crm_segment,
        cast(null as {{ text_type }}) as billing_plan
    from group_messages
    union all
    select
        account_id,
        valid_from,
        tie,
        cast(null as {{ text_type }}) as product_plan,
        cast(null as {{ text_type }}) as product_segment,
        cast(null as {{ text_type }}) as product_region,
        owner_id,
        crm_segment,
        cast(null as {{ text_type }}) as billing_plan
    from crm_versions
    union all
    select
        account_id,
        valid_from,
        tie,
        cast(null as {{ text_type }}) as product_plan,
        cast(null as {{ text_type }}) as product_segment,
        cast(null as {{ text_type }}) as product_region,
        cast(null as {{ text_type }}) as owner_id,
        cast(null as {{ text_type }}) as crm_segment,
        billing_plan
    from billing_changes
),

final as (
    select together.*
    from together
    cross join {{ ref('int_clock__horizons') }} as clock
    where together.valid_from <= clock.as_of_at
)

select * from final
