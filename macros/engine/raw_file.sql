{#
  The physical place of a raw row: the file it was read from and its position in it.
  They identify a row, they never decide anything.
#}
{% macro raw_file_path() -%} {{ adapter.dispatch('raw_file_path', 'usage_warehouse')() }} {%- endmacro %}
{% macro raw_file_row() -%} {{ adapter.dispatch('raw_file_row', 'usage_warehouse')() }} {%- endmacro %}

{% macro duckdb__raw_file_path() -%} _file_path {%- endmacro %}
{% macro duckdb__raw_file_row() -%} file_row_number {%- endmacro %}

{#
  Spark gives a URI: a plus is a plus in it, which url_decode would take for a space. The
  raw folder is spelt as USAGE_RAW spells it, as on DuckDB and in stg_events__load_units.
#}
{% macro spark__raw_file_path() -%}
  {%- set path = "regexp_replace(url_decode(replace(_metadata.file_path, '+', '%2B')), '^file:/*', '/')" -%}
  concat({{ string_literal(raw_root()) }}, substr({{ path }}, {{ adapter.raw_folder() | length + 1 }}))
{%- endmacro %}

{% macro string_literal(text) -%}
  {{ return("'" ~ text | replace('\\', '\\\\') | replace("'", "\\'") ~ "'") }}
{%- endmacro %}
{% macro spark__raw_file_row() -%} _metadata.row_index {%- endmacro %}
