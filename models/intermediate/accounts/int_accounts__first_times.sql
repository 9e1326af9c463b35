with

daily as (
    select * from {{ ref('int_events__daily_classified') }}
    where own_account_key is not null
),

messages as (
    select
        own_account_key as account_key,
        min(first_event_at) as first_seen_at,
        min(
            case
                when exclusion_reason is null or exclusion_reason = 'unplanned'
                    then first_event_at
            end
        ) as first_own_message_at
    from daily
    group by own_account_key
),

final as (
    select
        messages.account_key,
        messages.first_seen_at,
        case
            when traits.stated_created_at < messages.first_own_message_at
                then traits.stated_created_at
            else messages.first_own_message_at
        end as signed_up_at
    from messages
    left join {{ ref('int_accounts__traits') }} as traits
        on messages.account_key = traits.account_key
)

select * from final
