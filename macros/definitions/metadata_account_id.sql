{#
  The product account that a billing customer's metadata name: by the first of
  var('account_id_keys') that holds something; null where the text is no JSON object.
    metadata  a SQL text expression
#}
{% macro metadata_account_id(metadata) -%}
  case
    when {{ is_json_object(metadata) }} then coalesce(
      {% for key in var('account_id_keys') -%}
      {{ public_id("nullif(" ~ trimmed(json_text(metadata, '$.' ~ key)) ~ ", '')") }},
      {% endfor -%}
      null
    )
  end
{%- endmacro %}
