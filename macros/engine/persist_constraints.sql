{#
  The constraints of a contract on Spark, whose Parquet tables hold none: checked in one
  query once the table is written. Replaces the adapter's macro, which would alter the
  table. A broken one fails the model, so nothing is built upon it.
#}
{% macro spark__persist_constraints(relation, model) -%}
  {%- set broken = [] -%}
  {%- for column in model.columns.values() -%}
    {%- for constraint in column.constraints -%}
      {%- if constraint.type in ('not_null', 'primary_key') -%}
        {%- do broken.append(['null in ' ~ column.name, 'count(*) - count(' ~ column.name ~ ')']) -%}
      {%- endif -%}
      {%- if constraint.type in ('unique', 'primary_key') -%}
        {%- do broken.append(['repeated ' ~ column.name, 'count(' ~ column.name ~ ') - count(distinct ' ~ column.name ~ ')']) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for constraint in model.constraints if constraint.type in ('unique', 'primary_key') -%}
    {%- set key = constraint.columns | join(', ') -%}
    {%- do broken.append(['repeated or null ' ~ key, 'count(*) - count(distinct ' ~ key ~ ')']) -%}
  {%- endfor -%}
  {%- if broken and config.get('contract').enforced -%}
    {%- set counts = run_query('select ' ~ broken | map(attribute=1) | join(', ') ~ ' from ' ~ relation).rows[0] -%}
    {%- for count in counts -%}
      {%- if count > 0 -%}
        {{ exceptions.raise_compiler_error(
            'constraint of ' ~ relation ~ ': ' ~ count ~ ' rows with ' ~ broken[loop.index0][0]) }}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}
