{#
  A query of raw messages, cleaned row by row: junk ids emptied, e-mail-shaped ids replaced
  by a keyed hash, the event time corrected for the device's clock, and the row's own defects
  named.
    messages  a relation or CTE with the columns of base_events__messages
    also      further columns of it to hand on
#}
{% macro message_rows(messages, also=[]) -%}
with

{{ cleaned_messages(messages) }},

judged as (
    select
        *,
        event_at is null
        or receipt_at is null
        or {{ microseconds_between('receipt_at', 'event_at') }} > 86400000000
            as has_bad_time,
        coalesce(message_type not in (
            'track', 'identify', 'group', 'page', 'screen', 'alias'
        ), true)
        or (message_type = 'track' and own_event is null)
        or not coalesce(is_context_readable, true)
        or not coalesce(are_traits_readable, true)
        or not coalesce(are_properties_readable, true) as is_malformed,
        own_message_id is null
        or (own_device is null and own_user is null)
        or (message_type = 'group' and own_group is null)
        or (message_type = 'alias' and (own_previous is null or own_user is null))
            as is_missing_ids
    from identified
),

final as (
    select
        {% for column in also -%}
        {{ column }},
        {% endfor -%}
        file_path,
        file_row,
        source,
        {{ key64('source') }} as source_key,
        _loaded_at as loaded_at,
        cast(_loaded_at as date) as loaded_date,
        received_at,
        _file as source_file,
        _row as source_row,
        own_message_id as message_id,
        dedup_key,
        message_type,
        case when message_type = 'track' then own_event else message_type end
            as event_name,
        case
            when message_type = 'track' then {{ key64('own_event') }}
            else {{ key64('message_type') }}
        end as event_key,
        coalesce(own_device, 'user:' || own_user) as device_id,
        case
            when own_device is not null then device_key
            else {{ key64("'user:' || own_user") }}
        end as device_key,
        own_user as own_user_id,
        case when is_user_good then user_key end as own_user_key,
        own_group as own_account_id,
        case when is_group_good then group_key end as own_account_key,
        own_previous as previous_id,
        event_at,
        user_agent,
        user_agent_key,
        channel,
        channel_key,
        {{ consent_status('consent_text') }} as consent_status,
        coalesce(
            case
                when message_type = 'identify'
                    then {{ email_domain(json_text('readable_traits', '$.email')) }}
            end,
            case when is_user_good then user_text_domain end
        ) as email_domain,
        readable_traits as traits,
        case
            when has_bad_time or is_malformed or is_missing_ids then concat_ws(
                ',',
                case when has_bad_time then 'bad_time' end,
                case when is_malformed then 'malformed' end,
                case when is_missing_ids then 'missing_ids' end
            )
        end as defects
    from judged
)

select * from final
{%- endmacro %}
