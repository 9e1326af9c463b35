{#
  The user agent that a message's context names.
    context  JSON text, valid
#}
{% macro user_agent(context) -%}
  coalesce({{ json_text(context, '$.userAgent') }}, {{ json_text(context, '$.user_agent') }})
{%- endmacro %}
