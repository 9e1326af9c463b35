{#
  A company's name in lower case, without punctuation and legal form, for suggestions.
    name  a SQL text expression
#}
{% macro plain_company_name(name) -%}
  {%- set words = replace_all('lower(' ~ name ~ ')', '[^a-z0-9]+', ' ') -%}
  {{ trimmed(replace_all(trimmed(words), ' (inc|llc|ltd|limited|gmbh|corp|corporation|co|sa|ag|bv|plc)$', '')) }}
{%- endmacro %}
