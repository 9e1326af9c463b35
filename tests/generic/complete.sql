{#
  No row lacks any of these columns, checked in one pass: for views, where each test of
  one column would compute the whole view again.
    columns  list of column names
#}
{% test complete(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
where {% for column in columns %}{{ column }} is null{% if not loop.last %} or {% endif %}{% endfor %}
{% endtest %}
