{#
  A fraction of whole numbers, rounded to a whole one, half away from zero: exact. bigint;
  null where one of them is null.
    numerator    a whole number of up to 37 digits
    denominator  a whole number above 0
#}
{% macro rounded_quotient(numerator, denominator) -%}
  case when {{ numerator }} < 0 then -1 else 1 end
  * {{ whole_quotient('abs(' ~ numerator ~ ') * 2 + ' ~ denominator, '(' ~ denominator ~ ') * 2') }}
{%- endmacro %}
