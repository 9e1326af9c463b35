{# The size segment of a company by its employees; null where they are unknown. #}
{% macro size_segment(employee_count) -%}
  case
    when {{ employee_count }} >= 1000 then 'enterprise'
    when {{ employee_count }} >= 100 then 'mid_market'
    when {{ employee_count }} >= 0 then 'smb'
  end
{%- endmacro %}
