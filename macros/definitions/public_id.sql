{#
  The id that may leave staging. Opaque ids pass unchanged, unless a pseudonym key is
  set; an id that is an e-mail address is always replaced by a keyed hash (of its
  lower-case form). Nested hashing keeps the key safe from length extension.
    id  a SQL text expression, already trimmed
#}
{% macro public_id(id) -%}
  {%- set digest = hash_text(pseudonym_key() ~ " || " ~ hash_text(pseudonym_key() ~ " || lower(" ~ id ~ ")")) -%}
  {%- if env_var('USAGE_PSEUDONYM_KEY', '') -%}
  case when {{ id }} is not null then 'p_' || substr({{ digest }}, 1, 32) end
  {%- else -%}
  case
    when not contains({{ id }}, '@') then {{ id }}
    when {{ id }} like '%_@_%._%' then 'p_' || substr({{ digest }}, 1, 32)
    else {{ id }}
  end
  {%- endif -%}
{%- endmacro %}
