{#
  Intervals [valid_from, valid_to) of one key neither overlap nor run backwards; a null
  start reaches back without end, a null end is open.
#}
{% test no_overlapping_intervals(model, key) %}
select {{ key }}, valid_from, valid_to, next_from
from (
    select
        {{ key }},
        valid_from,
        valid_to,
        lead(valid_from) over (
            partition by {{ key }} order by valid_from nulls first, valid_to nulls last
        ) as next_from,
        lead(true) over (
            partition by {{ key }} order by valid_from nulls first, valid_to nulls last
        ) as has_next
    from {{ model }}
) as ordered
where valid_to < valid_from
    or (has_next and (next_from is null or valid_to is null or next_from < valid_to))
{% endtest %}
