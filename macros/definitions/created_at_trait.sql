{#
  The creation time that a traits JSON states (createdAt or created_at: ISO-8601 text or
  epoch number); null where it states none or no time.
#}
{% macro created_at_trait(traits) -%}
  {%- set stated = "coalesce(" ~ json_text(traits, '$.createdAt') ~ ", " ~ json_text(traits, '$.created_at') ~ ")" -%}
  coalesce(
    {{ parse_timestamp("try_cast(" ~ stated ~ " as bigint)", 'bigint') }},
    {{ parse_timestamp(stated, engine_type('string')) }}
  )
{%- endmacro %}
