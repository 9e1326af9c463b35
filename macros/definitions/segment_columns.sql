{#
  The columns of a dimension that may divide a mart, by its contract: texts, yes-or-no and whole
  numbers, but what its YAML says names a single account or person.
    model  dim_accounts or dim_users
#}
{% macro segment_columns(model) -%}
  {%- set found = [] -%}
  {%- for node in graph.get('nodes', {}).values() if node.resource_type == 'model' and node.name == model -%}
    {%- for column in node.columns.values() if column.data_type in ('string', 'boolean', 'bigint') -%}
      {%- if not ((column.get('config') or {}).get('meta') or column.get('meta') or {}).get('names_one') -%}
        {%- do found.append(column.name) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(found) }}
{%- endmacro %}
