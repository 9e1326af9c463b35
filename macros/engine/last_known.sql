{#
  The last value that is not null, in a window's order up to the given frame.
    window  the text between the parentheses of over(...), with its frame
#}
{% macro last_known(column, window) -%}
  {{ adapter.dispatch('last_known', 'usage_warehouse')(column, window) }}
{%- endmacro %}

{% macro duckdb__last_known(column, window) -%}
  last_value({{ column }} ignore nulls) over ({{ window }})
{%- endmacro %}

{% macro spark__last_known(column, window) -%}
  last_value({{ column }}) ignore nulls over ({{ window }})
{%- endmacro %}
