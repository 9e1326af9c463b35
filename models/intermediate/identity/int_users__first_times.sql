with

daily as (
    select * from {{ ref('int_events__daily_classified') }}
    where user_key is not null
),

messages as (
    select
        user_key,
        min(first_event_at) as first_seen_at,
        min(
            case
                when is_own_user
                    and (exclusion_reason is null or exclusion_reason = 'unplanned')
                    then first_event_at
            end
        ) as first_own_message_at
    from daily
    group by user_key
),

stated as (
    select
        canonical.user_key,
        min({{ created_at_trait('events.traits') }}) as stated_created_at
    from {{ ref('int_events__accepted') }} as events
    inner join {{ ref('int_users__canonical') }} as canonical
        on events.own_user_key = canonical.own_user_key
    where events.message_type = 'identify' and not events.is_refused
    group by canonical.user_key
),

final as (
    select
        messages.user_key,
        messages.first_seen_at,
        case
            when stated.stated_created_at < messages.first_own_message_at
                then stated.stated_created_at
            else messages.first_own_message_at
        end as signed_up_at
    from messages
    left join stated on messages.user_key = stated.user_key
)

select * from final
