{{ config(materialized='view') }}

with

messages as (
    select * from {{ ref('base_events__messages') }}
),

junk_ids as (
    select * from {{ ref('stg_definitions__junk_ids') }}
),

trimmed as (
    select
        *,
        nullif({{ trimmed('message_id') }}, '') as own_message_id,
        nullif({{ trimmed('anonymous_id') }}, '') as device_text,
        nullif({{ trimmed('user_id') }}, '') as user_text,
        nullif({{ trimmed('group_id') }}, '') as group_text,
        nullif({{ trimmed('previous_id') }}, '') as previous_text,
        lower({{ trimmed('type') }}) as message_type,
        coalesce(received_at, _loaded_at) as receipt_at,
        {{ is_json_object('context') }} as is_context_readable,
        {{ is_json_object('traits') }} as are_traits_readable,
        {{ is_json_object('properties') }} as are_properties_readable
    from messages
),

-- Junk ids ("undefined", "null", …) are no ids.
identified as (
    select
        trimmed.*,
        case when junk_devices.junk_id is null then trimmed.device_text end
            as own_anonymous_id,
        case when junk_users.junk_id is null then trimmed.user_text end as own_user,
        case when junk_groups.junk_id is null then trimmed.group_text end as own_group,
        case when junk_previous.junk_id is null then trimmed.previous_text end
            as own_previous
    from trimmed
    left join junk_ids as junk_devices
        on lower(trimmed.device_text) = junk_devices.junk_id
    left join junk_ids as junk_users
        on lower(trimmed.user_text) = junk_users.junk_id
    left join junk_ids as junk_groups
        on lower(trimmed.group_text) = junk_groups.junk_id
    left join junk_ids as junk_previous
        on lower(trimmed.previous_text) = junk_previous.junk_id
),

-- A device's wrong clock shifts original_timestamp and sent_at alike.
timed as (
    select
        *,
        coalesce(received_at - (sent_at - original_timestamp), timestamp, received_at)
            as event_at,
        case
            when is_context_readable then {{ json_text('context', '$.consent') }}
        end as consent_text,
        case when is_context_readable then {{ user_agent('context') }} end
            as user_agent,
        case
            when are_traits_readable and message_type in ('identify', 'group')
                then traits
        end as readable_traits
    from identified
),

published as (
    select
        file_path,
        file_row,
        coalesce(nullif({{ trimmed('_source') }}, ''), 'events') as source,
        _loaded_at as loaded_at,
        received_at,
        _file as source_file,
        _row as source_row,
        own_message_id as message_id,
        message_type,
        case
            when message_type = 'track' then nullif({{ trimmed('event') }}, '')
            else message_type
        end as event_name,
        {{ public_id('own_anonymous_id') }} as anonymous_id,
        {{ public_id('own_user') }} as own_user_id,
        {{ public_id('own_group') }} as own_account_id,
        {{ public_id('own_previous') }} as previous_id,
        event_at,
        receipt_at,
        user_agent,
        {{ consent_status('consent_text') }} as consent_status,
        case
            when message_type = 'identify'
                then {{ email_domain(json_text('readable_traits', '$.email')) }}
        end as traits_email_domain,
        {{ email_domain('own_user') }} as user_id_email_domain,
        readable_traits as traits,
        coalesce(message_type not in (
            'track', 'identify', 'group', 'page', 'screen', 'alias'
        ), true)
        or (message_type = 'track' and nullif({{ trimmed('event') }}, '') is null)
        or not coalesce(is_context_readable, true)
        or not coalesce(are_traits_readable, true)
        or not coalesce(are_properties_readable, true) as is_malformed,
        own_message_id is null
        or (own_anonymous_id is null and own_user is null)
        or (message_type = 'group' and own_group is null)
        or (message_type = 'alias' and (own_previous is null or own_user is null))
            as is_missing_ids,
        coalesce(
            event_at > {{ add_seconds('receipt_at', 24 * 3600) }},
            true
        ) as has_bad_time
    from timed
),

final as (
    select
        file_path, file_row, source,
        loaded_at,
        cast(loaded_at as date) as loaded_date,
        received_at,
        source_file, source_row,
        message_id,
        {{ key64("coalesce(message_id, file_path)") }} as dedup_key,
        message_type,
        event_name,
        {{ key64('event_name') }} as event_key,
        coalesce(anonymous_id, 'user:' || own_user_id) as device_id,
        {{ key64("coalesce(anonymous_id, 'user:' || own_user_id)") }} as device_key,
        own_user_id,
        {{ key64('own_user_id') }} as own_user_key,
        own_account_id,
        {{ key64('own_account_id') }} as own_account_key,
        previous_id,
        event_at,
        user_agent,
        {{ key64('user_agent') }} as user_agent_key,
        consent_status,
        coalesce(traits_email_domain, user_id_email_domain) as email_domain,
        traits,
        nullif(concat_ws(
            ',',
            case when has_bad_time then 'bad_time' end,
            case when is_malformed then 'malformed' end,
            case when is_missing_ids then 'missing_ids' end
        ), '') as defects
    from published
)

select * from final
