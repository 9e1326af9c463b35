{#
  Whether a text is a JSON object; null where it holds nothing (null, blank, JSON null).
#}
{% macro is_json_object(column) -%}
  {{ adapter.dispatch('is_json_object', 'usage_warehouse')(column) }}
{%- endmacro %}

{% macro duckdb__is_json_object(column) -%}
  {#- Nearly all begin with a brace: those are parsed once and trimmed never. -#}
  case
    when {{ column }} is null then null
    when {{ column }} like '{' || '%' then json_valid({{ column }})
    when trim({{ column }}) in ('', 'null') then null
    when json_valid({{ column }}) then json_type({{ column }}) = 'OBJECT'
    else false
  end
{%- endmacro %}

{% macro spark__is_json_object(column) -%}
  case
    when {{ column }} is null or trim({{ column }}) in ('', 'null') then null
    else coalesce(schema_of_variant(try_parse_json({{ column }})) like 'OBJECT%', false)
  end
{%- endmacro %}
