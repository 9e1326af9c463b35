{#
  No two rows share the values of these columns, nulls counted as equal.
    columns  list of column names
#}
{% test unique_combination(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
