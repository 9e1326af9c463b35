{#
  One text of all columns of a row, for fingerprints of small relations.
    alias  the relation's alias in the from clause
#}
{% macro row_text(alias) -%}
  {{ adapter.dispatch('row_text', 'usage_warehouse')(alias) }}
{%- endmacro %}

{% macro duckdb__row_text(alias) -%} cast({{ alias }} as varchar) {%- endmacro %}

{% macro spark__row_text(alias) -%} to_json(struct({{ alias }}.*)) {%- endmacro %}
