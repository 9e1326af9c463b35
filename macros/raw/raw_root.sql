{# The raw folder of this run, without a closing slash. #}
{% macro raw_root() -%}
  {{ return(env_var('USAGE_RAW', 'data/raw').rstrip('/')) }}
{%- endmacro %}
