{#
  The only reader of source(): all columns of one raw table as its source YAML declares
  them, each cast from whatever physical type the loader left. A missing optional column
  is null, a missing required one stops the build with its name. A source that is
  switched off, an absent optional table and `--empty` read as typed empty rows. Rows
  loaded after var('known_at') are hidden.
    Beside the contract: file_path and file_row, the row's physical place.
    with_evidence  adds row_hash (SHA-256 of what the row says, without its load time) and
                   unreadable_columns (those that hold something else than their type)
#}
{% macro raw_rows(source_name, table_name, with_evidence=false) -%}
  {%- set relation = source(source_name, table_name) -%}
  {%- if not execute -%}
    select 1 as unread
  {%- else -%}
    {%- set contract = raw_contract(source_name, table_name) -%}
    {%- set found = raw_columns_found(source_name, table_name, relation) -%}
    {%- if not found -%}
      {%- if raw_is_needed(source_name, contract) -%}
        {{ raise_raw_error(source_name, table_name, "no Parquet file of it was found under '" ~ raw_root() ~ "/" ~ source_name ~ "/" ~ table_name ~ "'",
            "land it (usage land --help), point USAGE_RAW at the folder that holds it, or switch the source off: using_" ~ source_name ~ ": false") }}
      {%- endif -%}
      {{ typed_empty_rows(contract, with_evidence) }}
    {%- else -%}
      {%- do require_raw_columns(source_name, table_name, contract, found) -%}
    select
      {% for column in contract.columns.values() -%}
      {{ raw_column(column, found) }} as {{ adapter.quote(column.name) }},
      {% endfor -%}
      {% if with_evidence -%}
      {{ raw_row_hash(contract, found) }} as row_hash,
      {{ raw_unreadable_columns(contract, found) }} as unreadable_columns,
      {% endif -%}
      {{ raw_file_path() }} as file_path,
      {{ raw_file_row() }} as file_row
    from {{ relation }}
    {%- if var('known_at') is not none %}
    where {{ raw_column(contract.columns['_loaded_at'], found) }} <= {{ moment_literal(var('known_at')) }}
    {%- endif -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
