{#
  What a message's context says of consent: 'refused', 'granted', or null where it says
  nothing. Read from `consent`, as a value of its own or under `analytics`, `granted`,
  `status`, `categoryPreferences.analytics` / `.Analytics`. A refusal among them wins.
    context  JSON text, valid
#}
{% macro consent_status(context) -%}
  {%- set paths = [
    '$.consent', '$.consent.analytics', '$.consent.granted', '$.consent.status',
    '$.consent.categoryPreferences.analytics', '$.consent.categoryPreferences.Analytics',
  ] -%}
  case
    when {{ json_text(context, '$.consent') }} is null then null
    {%- for path in paths %}
    when lower({{ json_text(context, path) }}) in ('false', 'refused', 'denied', 'rejected', 'withdrawn', 'no', 'opt_out', 'opted_out')
      then 'refused'
    {%- endfor %}
    {%- for path in paths %}
    when lower({{ json_text(context, path) }}) in ('true', 'granted', 'accepted', 'yes', 'opt_in', 'opted_in')
      then 'granted'
    {%- endfor %}
  end
{%- endmacro %}
