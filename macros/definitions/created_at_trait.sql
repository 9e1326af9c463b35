{#
  The creation time that a traits JSON states (createdAt or created_at: ISO-8601 text or
  epoch number); null where it states none or no time.
#}
{% macro created_at_trait(traits) -%}
  {%- set stated = "coalesce(" ~ json_text(traits, '$.createdAt') ~ ", " ~ json_text(traits, '$.created_at') ~ ")" -%}
  {%- set epoch = "case when " ~ is_match(stated, '-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?') ~ " then " ~ stated ~ " end" -%}
  coalesce(
    {{ parse_timestamp("try_cast(" ~ epoch ~ " as double)", 'double') }},
    {{ parse_timestamp(stated, engine_type('string')) }}
  )
{%- endmacro %}
