{# A quotient as double; null where the denominator is null or zero. #}
{% macro safe_divide(numerator, denominator) -%}
  case when {{ denominator }} <> 0 then cast({{ numerator }} as double) / cast({{ denominator }} as double) end
{%- endmacro %}
