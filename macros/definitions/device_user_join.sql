{#
  Joins the stretch of a device's time that an anonymous event falls into: the person it
  belongs to. For a relation under the alias `events`; the stretch's is `device_users`.
  Plain comparisons only: an `or` in it would turn the hash join into a nested loop.
#}
{% macro device_user_join() -%}
    left join {{ ref('int_devices__user_intervals') }} as device_users
        on case when events.own_user_key is null then events.device_key end
            = device_users.device_key
        and device_users.applies_from <= events.event_at
        and events.event_at < device_users.applies_to
{%- endmacro %}
