{#
  The members of a JSON object, without what is below them: two lists of texts in the order
  of the text, a name that stands twice in it twice. The text must be an object or null.
    json_member_names(text)   names, escapes resolved
    json_member_types(text)   types as the engine calls them; json_type_word() says them
                              in words
    unnest_members(names, types)   for a select list: a row per member, with the columns
                                   property_name and engine_type
#}
{% macro json_member_names(text) -%}
  {{ adapter.dispatch('json_member_names', 'usage_warehouse')(text) }}
{%- endmacro %}

{% macro duckdb__json_member_names(text) -%}
  json_keys({{ text }})
{%- endmacro %}

{% macro spark__json_member_names(text) -%}
  map_keys(from_json({{ text }}, 'map<string,variant>'))
{%- endmacro %}

{% macro json_member_types(text) -%}
  {{ adapter.dispatch('json_member_types', 'usage_warehouse')(text) }}
{%- endmacro %}

{% macro duckdb__json_member_types(text) -%}
  json_type({{ text }}, '$.*')
{%- endmacro %}

{% macro spark__json_member_types(text) -%}
  transform(
    map_values(from_json({{ text }}, 'map<string,variant>')),
    member -> regexp_extract(schema_of_variant(member), '^[A-Z]+', 0)
  )
{%- endmacro %}

{% macro unnest_members(names, types) -%}
  {{ adapter.dispatch('unnest_members', 'usage_warehouse')(names, types) }}
{%- endmacro %}

{% macro duckdb__unnest_members(names, types) -%}
  unnest({{ names }}) as property_name, unnest({{ types }}) as engine_type
{%- endmacro %}

{% macro spark__unnest_members(names, types) -%}
  inline(arrays_zip({{ names }}, {{ types }})) as (property_name, engine_type)
{%- endmacro %}

{# string, number, boolean, array, object or null, of the types of both engines. #}
{% macro json_type_word(engine_type) -%}
  case
    when {{ engine_type }} in ('VARCHAR', 'STRING') then 'string'
    when {{ engine_type }} = 'BOOLEAN' then 'boolean'
    when {{ engine_type }} = 'ARRAY' then 'array'
    when {{ engine_type }} = 'OBJECT' then 'object'
    when {{ engine_type }} in ('NULL', 'VOID') then 'null'
    else 'number'
  end
{%- endmacro %}
