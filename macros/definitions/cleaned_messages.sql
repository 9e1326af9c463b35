{#
  CTEs, the last of which is `identified`: raw messages with their ids as they may leave
  staging, their keys, times, user agents, consent, campaign and readable traits. What costs most per
  row (trimming, hashing, JSON) comes first: columns of few values are read as dictionaries,
  and DuckDB works a function out once per entry until a join.
    messages  a relation or CTE with the columns of base_events__messages
#}
{% macro cleaned_messages(messages) -%}
  {%- set ids = {
    'device': 'anonymous_id', 'user': 'user_id', 'group': 'group_id',
    'previous': 'previous_id',
  } %}
trimmed as (
    select
        *,
        {% for name, column in ids.items() -%}
        nullif({{ trimmed(column) }}, '') as {{ name }}_text,
        {% endfor -%}
        nullif({{ trimmed('message_id') }}, '') as own_message_id,
        lower({{ trimmed('type') }}) as message_type,
        nullif({{ trimmed('event') }}, '') as own_event,
        coalesce(nullif({{ trimmed('_source') }}, ''), 'events') as source,
        coalesce(received_at, _loaded_at) as receipt_at,
        {{ is_json_object('context') }} as is_context_readable,
        {{ is_json_object('traits') }} as are_traits_readable,
        {{ is_json_object('properties') }} as are_properties_readable
    from {{ messages }}
),

keyed as (
    select
        *,
        {% for name in ids -%}
        lower({{ name }}_text) as {{ name }}_lower,
        {{ public_id(name ~ '_text') }} as {{ name }}_public,
        {% endfor -%}
        {{ email_domain('user_text') }} as user_text_domain,
        {{ message_key('message_id') }} as dedup_key,
        case
            when is_context_readable
                and (contains(context, 'consent') or contains(context, chr(92) || 'u'))
                then {{ json_text('context', '$.consent') }}
        end as consent_text,
        case when is_context_readable then {{ user_agent('context') }} end
            as user_agent,
        case
            when is_context_readable
                and (contains(context, 'campaign') or contains(context, chr(92) || 'u'))
                then {{ campaign_channel('context') }}
        end as channel,
        case
            when are_traits_readable and message_type in ('identify', 'group')
                then traits
        end as readable_traits,
        coalesce(
            {{ moved_by('received_at', 'sent_at', 'original_timestamp') }},
            timestamp,
            received_at
        ) as event_at
    from trimmed
),

hashed as (
    select
        *,
        {% for name in ['device', 'user', 'group'] -%}
        {{ key64(name ~ '_public') }} as {{ name }}_key,
        {% endfor -%}
        {{ key64('user_agent') }} as user_agent_key,
        {{ key64('channel') }} as channel_key
    from keyed
),

-- Junk ids ("undefined", "null", …) are no ids.
identified as (
    select
        hashed.*,
        {% for name in ids -%}
        junk_{{ name }}s.junk_id is null as is_{{ name }}_good,
        case when junk_{{ name }}s.junk_id is null then hashed.{{ name }}_public end
            as own_{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from hashed
    {% for name in ids -%}
    left join {{ ref('stg_definitions__junk_ids') }} as junk_{{ name }}s
        on hashed.{{ name }}_lower = junk_{{ name }}s.junk_id
    {% endfor %}
)
{%- endmacro %}

{#
  A 64-bit key of a message's id without the blanks around it.
#}
{% macro message_key(message_id) -%}
  case when {{ message_id }} is not null then {{ hash64(trimmed(message_id)) }} end
{%- endmacro %}
