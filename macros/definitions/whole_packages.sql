{# How many whole packages of a size a quantity fills; both whole, not negative. #}
{% macro whole_packages(quantity, size) -%}
  cast(({{ quantity }} - {{ quantity }} % {{ size }}) / {{ size }} as bigint)
{%- endmacro %}
