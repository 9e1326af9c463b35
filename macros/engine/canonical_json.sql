{#
  A query that gives, for each row of a relation, a text of its JSON columns that is
  equal for two rows exactly when the JSON is equal but for the order of keys and white
  space. The texts differ between engines: compare them within one engine only.
    relation  a CTE or relation
    keys      the columns that identify a row
    columns   JSON text columns; nothing and blank read as JSON null
  Where a key stands twice in one object the engines do not agree.
#}
{% macro canonical_json(relation, keys, columns) -%}
  {{ adapter.dispatch('canonical_json', 'usage_warehouse')(relation, keys, columns) }}
{%- endmacro %}

{% macro duckdb__canonical_json(relation, keys, columns) -%}
  select
    {{ keys | join(', ') }},
    string_agg(
      column_name || node.fullkey || '=' || replace(node.type, 'UBIGINT', 'BIGINT') || ':'
      || coalesce(cast(node.atom as varchar), ''),
      chr(10)
      order by column_name, node.fullkey
    ) as canonical_text,
  from (
    {% for column in columns -%}
    select {{ keys | join(', ') }}, '{{ column }}' as column_name, {{ column }} as json_value from {{ relation }}
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
  ) as documents,
  json_tree(coalesce(nullif({{ trimmed('documents.json_value') }}, ''), 'null')) as node
  group by {{ keys | join(', ') }}
{%- endmacro %}

{# A number with a fraction is a double, as on DuckDB: with an exponent Spark takes it for
   one. The text of a variant has its keys sorted. #}
{% macro spark__canonical_json(relation, keys, columns) -%}
  select
    {{ keys | join(', ') }},
    concat_ws(
      chr(10)
      {%- for column in columns %},
      coalesce(to_json(try_parse_json(regexp_replace(
        {{ column }}, '([:,\\[]\\s*-?[0-9]+[.][0-9]+)(?=\\s*[,\\]}])', '$1e0'
      ))), 'null')
      {%- endfor %}
    ) as canonical_text
  from {{ relation }}
{%- endmacro %}
