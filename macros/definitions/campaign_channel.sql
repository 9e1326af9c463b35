{#
  The channel of the campaign that a message's context names: its medium, else its source, in
  lower case. What holds an @ may be somebody's address, and is none; so is an object.
    context  JSON text, valid
#}
{% macro campaign_channel(context) -%}
  {%- set names = [] -%}
  {%- for key in ['medium', 'source'] -%}
    {%- set name = trimmed(json_text(context, '$.campaign.' ~ key)) -%}
    {%- do names.append(
      "case when left(" ~ name ~ ", 1) not in ('{', '[') and not contains(" ~ name ~ ", '@')"
      ~ " then nullif(" ~ name ~ ", '') end"
    ) -%}
  {%- endfor -%}
  lower(coalesce({{ names | join(', ') }}))
{%- endmacro %}
