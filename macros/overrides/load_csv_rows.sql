{#
  Replaces dbt-duckdb's macro of the same name, which lets the engine guess how a file is
  quoted: a file with 'a' in it and no double quote is then read with single quotes, and
  the definitions are not those that were written. Here quotes are double, always.
#}
{% macro duckdb__load_csv_rows(model, agate_table) -%}
  {%- set sql -%}
    copy {{ this.render() }} from '{{ adapter.get_seed_file_path(model) | replace("'", "''") }}'
      (format csv, header true, auto_detect false, delimiter ',', quote '"', escape '"', nullstr '')
  {%- endset -%}
  {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
  {{ return(sql) }}
{%- endmacro %}
