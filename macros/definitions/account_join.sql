{#
  Joins the stretch of a user's time in an account that an event falls into. For a relation
  under the alias `events` with the columns user_key and event_at; the stretch's is
  `user_accounts`. The event's account is its own, else this one.
#}
{% macro account_join() -%}
    left join {{ ref('int_users__account_intervals') }} as user_accounts
        on events.user_key = user_accounts.user_key
        and user_accounts.applies_from <= events.event_at
        and events.event_at < user_accounts.applies_to
{%- endmacro %}
