{#
  Texts of a group, sorted and joined by commas.
#}
{% macro sorted_list(text) -%}
  {{ adapter.dispatch('sorted_list', 'usage_warehouse')(text) }}
{%- endmacro %}

{% macro duckdb__sorted_list(text) -%}
  string_agg({{ text }}, ',' order by {{ text }})
{%- endmacro %}

{% macro spark__sorted_list(text) -%}
  listagg({{ text }}, ',') within group (order by {{ text }})
{%- endmacro %}
