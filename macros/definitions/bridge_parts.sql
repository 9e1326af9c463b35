{#
  The parts of a bridge of MRR, a column each and unsigned (new_minor to churn_minor): sums of
  a signed amount by type of movement.
#}
{% macro bridge_parts(movement_type, movement_minor) -%}
  {%- for type in ['new', 'reactivation', 'expansion', 'contraction', 'churn'] -%}
    cast(sum(case when {{ movement_type }} = '{{ type }}' then abs({{ movement_minor }}) else 0 end) as bigint) as {{ type }}_minor
    {%- if not loop.last %}, {% endif -%}
  {%- endfor -%}
{%- endmacro %}
