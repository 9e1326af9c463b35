{#
  The domain of an e-mail address in lower case; null where the text is no address.
    address  a SQL text expression
#}
{% macro email_domain(address) -%}
  case
    when not contains({{ address }}, '@') then null
    when {{ address }} like '%_@_%._%'
      then lower(substr({{ trimmed(address) }}, position('@' in {{ trimmed(address) }}) + 1))
  end
{%- endmacro %}
