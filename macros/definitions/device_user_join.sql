{#
  Joins the stretch of a device's time that an anonymous event falls into: the person it
  belongs to. For a relation under the alias `events`; the stretch's is `device_users`.
#}
{% macro device_user_join() -%}
    left join {{ ref('int_devices__user_intervals') }} as device_users
        on events.own_user_key is null
        and events.device_key = device_users.device_key
        and (device_users.valid_from is null or device_users.valid_from <= events.event_at)
        and (device_users.valid_to is null or events.event_at < device_users.valid_to)
{%- endmacro %}
