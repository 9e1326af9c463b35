{# Active days of 28 from which on a user is a power user: three a week. #}
{% macro power_user_days() -%} 12 {%- endmacro %}
