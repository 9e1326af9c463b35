{#
  What a message's context says of consent: 'refused', 'granted', or null where it says
  nothing. Read from `consent`, as a value of its own or under `analytics`, `granted`,
  `status`, `categoryPreferences.analytics` / `.Analytics`. A refusal among them wins.
    consent  the JSON text of the context's `consent`, or its plain text
  Words are looked up in one text: a long `in` list becomes a join for every row.
#}
{% macro consent_status(consent) -%}
  {%- set refusals = '|false|refused|denied|rejected|withdrawn|no|opt_out|opted_out|' -%}
  {%- set grants = '|true|granted|accepted|yes|opt_in|opted_in|' -%}
  {%- set paths = [
    '$.analytics', '$.granted', '$.status',
    '$.categoryPreferences.analytics', '$.categoryPreferences.Analytics',
  ] -%}
  case
    when {{ consent }} is null then null
    when {{ consent }} not like '{' || '%' then
      case
        when position('|' || lower({{ consent }}) || '|' in '{{ refusals }}') > 0 then 'refused'
        when position('|' || lower({{ consent }}) || '|' in '{{ grants }}') > 0 then 'granted'
      end
    {%- for path in paths %}
    when position('|' || lower({{ json_text(consent, path) }}) || '|' in '{{ refusals }}') > 0
      then 'refused'
    {%- endfor %}
    {%- for path in paths %}
    when position('|' || lower({{ json_text(consent, path) }}) || '|' in '{{ grants }}') > 0
      then 'granted'
    {%- endfor %}
  end
{%- endmacro %}
