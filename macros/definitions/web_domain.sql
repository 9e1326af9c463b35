{#
  The host of a web address in lower case, without `www.`; null where there is none.
    address  a SQL text expression: https://www.acme.example:443/about, acme.example
#}
{% macro web_domain(address) -%}
  {%- set host -%}
  split_part(split_part(split_part(
    regexp_replace(lower({{ trimmed(address) }}), '^[a-z][a-z0-9+.-]*://', ''),
    '/', 1), '?', 1), ':', 1)
  {%- endset -%}
  case
    when {{ host }} like '%_._%'
      then regexp_replace(regexp_replace({{ host }}, '^www[.]', ''), '[.]$', '')
  end
{%- endmacro %}
