{#
  How an event is judged by the definitions of today, late and in one place: planned, an
  active signal, excluded and why. For any relation with the columns message_type,
  event_key, event_date, device_key, user_key, account_key, user_agent_key and
  is_refused, under the alias `events`. Joins compare one side with the other and nothing
  else: any other condition makes DuckDB compare every pair of rows.
#}
{% macro classification_joins() -%}
    left join {{ ref('stg_definitions__tracking_plan') }} as plan
        on case
                when events.message_type in ('track', 'page', 'screen') then events.event_key
            end = plan.event_key
        and plan.status in ('live', 'deprecated')
        and coalesce(plan.introduced_on, cast('0001-01-01' as date)) <= events.event_date
        and events.event_date <= coalesce(plan.retired_on, cast('9999-12-31' as date))
    left join {{ ref('int_user_agents__bots') }} as bots
        on events.user_agent_key = bots.user_agent_key
    left join {{ ref('int_users__internal') }} as internal_users
        on events.user_key = internal_users.user_key
    left join {{ ref('int_accounts__internal') }} as internal_accounts
        on events.account_key = internal_accounts.account_key
    left join {{ ref('int_devices__internal') }} as internal_devices
        on events.device_key = internal_devices.device_key
    cross join (
        select count(*) = 0 as is_empty from {{ ref('stg_definitions__tracking_plan') }}
    ) as whole_plan
{%- endmacro %}

{# In the plan on its day; with an empty plan every track, page and screen is. #}
{% macro is_planned() -%}
  (events.message_type in ('track', 'page', 'screen')
  and (whole_plan.is_empty or plan.event_key is not null))
{%- endmacro %}

{# Planned and an active signal; with an empty plan whatever is planned is. #}
{% macro is_active_signal() -%}
  ({{ is_planned() }} and (whole_plan.is_empty or coalesce(plan.is_active_signal, false)))
{%- endmacro %}

{# Why the event is left out of product metrics; the first reason that applies. #}
{% macro exclusion_reason() -%}
  case
    when bots.user_agent_key is not null then 'bot'
    when internal_users.user_key is not null
      or internal_accounts.account_key is not null
      or internal_devices.device_key is not null then 'internal'
    when events.is_refused then 'no_consent'
    when events.message_type in ('track', 'page', 'screen') and not {{ is_planned() }}
      then 'unplanned'
  end
{%- endmacro %}
