{#
  A condition that holds in every row; null counts as broken.
    condition  a SQL condition on the model's columns
#}
{% test holds(model, condition) %}
select *
from {{ model }}
where not coalesce(({{ condition }}), false)
{% endtest %}
