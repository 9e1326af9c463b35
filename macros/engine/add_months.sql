{# A moment some calendar months later; the 31st becomes the last day of a shorter month. #}
{% macro add_months(moment, months) -%}
  {{ adapter.dispatch('add_months', 'usage_warehouse')(moment, months) }}
{%- endmacro %}

{% macro duckdb__add_months(moment, months) -%}
  ({{ moment }} + to_months(cast({{ months }} as integer)))
{%- endmacro %}

{% macro spark__add_months(moment, months) -%}
  timestampadd(month, cast({{ months }} as int), {{ moment }})
{%- endmacro %}
