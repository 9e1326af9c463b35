{#
  The last lines of a Python model: they write its table. Replaces dbt-spark's macro of
  the same name, which goes through pandas-on-Spark.
#}
{% macro py_write_table(compiled_code, target_relation) -%}
{{ compiled_code }}
from usage_warehouse.spark.python_models import write_frame
write_frame(spark, model(dbtObj(spark.table), spark), "{{ target_relation }}")
{%- endmacro %}
