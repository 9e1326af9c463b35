{# A variable's date or time as a UTC timestamp; a bare date means its 00:00. #}
{% macro moment_literal(moment) -%}
  cast('{{ moment | string | replace("T", " ") | replace("Z", "") | replace("'", "") }}' as timestamp)
{%- endmacro %}
