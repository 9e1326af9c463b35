{#
  How Spark loads a seed's rows: by its own reader from the file, as DuckDB does. Replaces
  the adapter's, which writes an empty cell as the text 'None' and quotes no apostrophe;
  and what dbt itself has read by then takes the text null for no value.
#}
{% macro spark__load_csv_rows(model, agate_table) -%}
  {%- set path = model.original_file_path -%}
  {%- if not path.startswith('/') -%} {%- set path = model.root_path ~ '/' ~ path -%} {%- endif -%}
  {%- set types = model.config.column_types -%}
  {%- set columns = agate_table.column_names | map('replace', '`', '``') -%}
  {#- A name of its own: seeds are loaded at the same time. -#}
  {%- set rows = model.name ~ '__rows' -%}
  {%- do run_query(
      "create or replace temporary view " ~ rows ~ " (`" ~ columns | join('` string, `') ~ "` string)"
      ~ " using csv options (path '" ~ path | replace('\\', '\\\\') | replace("'", "\\'")
      ~ "', header 'true', delimiter '" ~ model.config.delimiter
      ~ "', escape '\"', multiLine 'true', mode 'FAILFAST')") -%}
  {%- set insertion -%}
    insert into {{ this }} select
    {%- for name in agate_table.column_names %}
      cast({{ adapter.quote(name) }} as {{ types.get(name) or adapter.convert_type(agate_table, loop.index0) }}){{ ',' if not loop.last }}
    {%- endfor %}
    from {{ rows }}
  {%- endset -%}
  {%- do adapter.add_query(insertion, abridge_sql_log=True) -%}
  {{ return(insertion) }}
{%- endmacro %}
