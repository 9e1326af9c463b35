{#
  Replaces dbt-spark's macro of the same name: rows of a table in partitions are brought
  together by partition before they are written, or each task would leave a file of its
  own in each of them. An incremental model that is built in full forgets its ledger
  first: a run that is cut off has then consumed nothing.
#}
{% macro spark__create_table_as(temporary, relation, compiled_code, language='sql') -%}
  {%- if config.get('materialized') == 'incremental' and not temporary -%}
    {%- do forget_ledger(['fingerprint', 'position']) -%}
    {%- do drop_scratch_tables(relation) -%}
  {%- endif -%}
  {%- set key = config.get('partition_by') -%}
  {%- if key and not temporary and language == 'sql' -%}
    {%- set compiled_code = 'select /*+ rebalance(' ~ key ~ ') */ * from (\n' ~ compiled_code ~ '\n) as divided' -%}
  {%- endif -%}
  {{ dbt.spark__create_table_as(temporary, relation, compiled_code, language) }}
{%- endmacro %}
