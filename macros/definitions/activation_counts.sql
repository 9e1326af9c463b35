{#
  Counts of actors by outcome and the rate among the mature ones, of the rows of a group of
  `entrants` (columns outcome, is_mature).
#}
{% macro activation_counts() -%}
    count(entrants.outcome) as actor_count,
    {% for outcome in ['activated', 'expired', 'pending'] -%}
    count(case when entrants.outcome = '{{ outcome }}' then 1 end) as {{ outcome }}_count,
    {% endfor -%}
    count(case when entrants.is_mature then 1 end) as mature_count,
    {{ safe_divide(
        "count(case when entrants.is_mature and entrants.outcome = 'activated' then 1 end)",
        "count(case when entrants.is_mature then 1 end)",
    ) }} as activation_rate
{%- endmacro %}
