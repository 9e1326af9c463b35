{#
  Whether a text is a JSON object (RFC 8259); null where it holds nothing (null, blank,
  JSON null).
#}
{% macro is_json_object(column) -%}
  {{ adapter.dispatch('is_json_object', 'usage_warehouse')(column) }}
{%- endmacro %}

{#
  DuckDB reads more than JSON: NaN, infinities and a comma behind the last element. They
  are looked for outside of strings, and only where they may be. Nearly all texts begin
  with a brace: those are parsed once and trimmed never.
#}
{% macro duckdb__is_json_object(column) -%}
  {%- set strict -%}
    case
      when contains({{ column }}, 'NaN') or contains({{ column }}, 'nfinity')
        or regexp_matches({{ column }}, ',[[:space:]]*[]}]')
        then not regexp_matches(
          regexp_replace({{ column }}, '"(?:[^"\\]|\\.)*"', '""', 'g'),
          'NaN|nfinity|,[[:space:]]*[]}]'
        )
      else true
    end
  {%- endset -%}
  case
    when {{ column }} is null then null
    when {{ column }} like '{' || '%' then json_valid({{ column }}) and {{ strict }}
    when {{ trimmed(column) }} in ('', 'null') then null
    when json_valid({{ column }}) then json_type({{ column }}) = 'OBJECT' and {{ strict }}
    else false
  end
{%- endmacro %}

{#
  Spark stops reading where the first value ends: read as the one element of an array,
  text behind it is a mistake or a second element.
#}
{% macro spark__is_json_object(column) -%}
  {%- set as_array = "try_parse_json(concat('[', " ~ column ~ ", ']'))" -%}
  case
    when {{ column }} is null or {{ trimmed(column) }} in ('', 'null') then null
    else coalesce(schema_of_variant({{ as_array }}) like 'ARRAY<OBJECT<%', false)
      and try_variant_get({{ as_array }}, '$[1]', 'variant') is null
  end
{%- endmacro %}
