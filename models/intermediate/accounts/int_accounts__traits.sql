{%- set traits = {
    'name': 'account_name', 'plan': 'plan', 'region': 'region', 'industry': 'industry',
    'segment': 'segment',
} %}

with

clock as (
    select * from {{ ref('int_clock__horizons') }}
),

group_messages as (
    select
        events.own_account_key as account_key,
        events.event_at,
        events.message_id,
        {% for trait, column in traits.items() -%}
        nullif({{ trimmed(json_text('events.traits', '$.' ~ trait)) }}, '')
            as {{ column }},
        {% endfor -%}
        {{ created_at_trait('events.traits') }} as created_at
    from {{ ref('int_events__accepted') }} as events
    where events.message_type = 'group' and not events.is_refused
),

-- Each trait as it was last stated by the horizon.
stated as (
    select
        group_messages.account_key,
        {% for column in traits.values() -%}
        max_by(
            group_messages.{{ column }},
            (group_messages.event_at, group_messages.message_id)
        ) filter (where group_messages.{{ column }} is not null) as {{ column }},
        {% endfor -%}
        min(group_messages.created_at) as stated_created_at
    from group_messages
    cross join clock
    where group_messages.event_at <= clock.as_of_at
    group by group_messages.account_key
)

select * from stated
