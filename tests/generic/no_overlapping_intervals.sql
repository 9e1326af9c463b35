{#
  Intervals [valid_from, valid_to) of one key neither overlap nor run backwards; a null
  end is open.
#}
{% test no_overlapping_intervals(model, key) %}
select {{ key }}, valid_from, valid_to, next_from
from (
    select
        {{ key }},
        valid_from,
        valid_to,
        lead(valid_from) over (
            partition by {{ key }} order by valid_from nulls first, valid_to
        ) as next_from,
    from {{ model }}
) as ordered
where valid_to < valid_from
    or next_from < valid_to
    or (next_from is not null and valid_to is null)
{% endtest %}
