{# The source node of one raw table: its columns, types and what is required. #}
{% macro raw_contract(source_name, table_name) -%}
  {%- for node in graph.sources.values() if node.source_name == source_name and node.name == table_name -%}
    {{ return(node) }}
  {%- endfor -%}
{%- endmacro %}

{#
  Whether the source is read (var using_<source>): true, false, or null = where the raw
  folder holds a table of it.
#}
{% macro raw_source_is_on(source_name) -%}
  {%- if var('using_' ~ source_name) is not none -%}
    {{ return(var('using_' ~ source_name)) }}
  {%- endif -%}
  {%- for node in graph.sources.values() if node.source_name == source_name -%}
    {%- if raw_table_is_there(source_name, node.name) -%} {{ return(true) }} {%- endif -%}
  {%- endfor -%}
  {{ return(false) }}
{%- endmacro %}

{#
  Whether absence is an error: a required table of a source that is on, in a command
  that builds for real. Compiling, parsing and --empty need no data.
#}
{% macro raw_is_needed(source_name, contract) -%}
  {{ return(
      contract.meta.get('required_table', false)
      and invocation_args_dict.which in ['build', 'run']
      and not flags.EMPTY
      and raw_source_is_on(source_name)
  ) }}
{%- endmacro %}

{# Whether one raw table has a file. #}
{% macro raw_table_is_there(source_name, table_name) -%}
  {{ return(adapter.dispatch('raw_table_is_there', 'usage_warehouse')(source_name, table_name)) }}
{%- endmacro %}

{# The columns that one raw table really has, {lower-case name: type}; none = no table. #}
{% macro raw_columns_found(source_name, table_name, relation) -%}
  {%- if var('using_' ~ source_name) is false or flags.EMPTY or not raw_table_is_there(source_name, table_name) -%}
    {{ return({}) }}
  {%- endif -%}
  {{ return(adapter.dispatch('raw_columns_found', 'usage_warehouse')(source_name, table_name, relation)) }}
{%- endmacro %}

{% macro require_raw_columns(source_name, table_name, contract, found) -%}
  {%- for column in contract.columns.values() if column.meta.get('required', false) -%}
    {%- if raw_name(column, found) is none -%}
      {{ raise_raw_error(source_name, table_name, "the required column '" ~ column.name ~ "' is missing",
          "add it where the table is loaded, or rename the column that holds it; found: " ~ found.keys() | sort | join(', ')) }}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}

{% macro raise_raw_error(source_name, table_name, problem, fix) -%}
  {{ exceptions.raise_compiler_error(
      "raw contract: table " ~ source_name ~ "." ~ table_name ~ ": " ~ problem ~ "\n  fix: " ~ fix) }}
{%- endmacro %}

{# The name under which a contract column stands in the raw table; none = it does not. #}
{% macro raw_name(column, found) -%}
  {{ return(([column.name] + column.meta.get('aliases', [])) | select('in', found) | first | default(none)) }}
{%- endmacro %}

{# One contract column, cast to its declared type from whatever was found. #}
{% macro raw_column(column, found) -%}
  {%- set name = raw_name(column, found) -%}
  {%- if name is none -%}
    cast(null as {{ engine_type(column.data_type) }})
  {%- elif column.data_type == 'timestamp' -%}
    {{ parse_timestamp(adapter.quote(name), found[name]) }}
  {%- elif column.data_type == 'string' -%}
    {{ as_text(adapter.quote(name), found[name]) }}
  {%- elif column.data_type == 'bigint' -%}
    {{ whole_number(adapter.quote(name), found[name]) }}
  {%- else -%}
    try_cast({{ adapter.quote(name) }} as {{ engine_type(column.data_type) }})
  {%- endif -%}
{%- endmacro %}

{# What a raw row says, as a hash: all contract columns but its load time. #}
{% macro raw_row_hash(contract, found) -%}
  {%- set texts = [] -%}
  {%- for column in contract.columns.values() if column.name != '_loaded_at' -%}
    {%- set name = raw_name(column, found) -%}
    {%- if name is none -%}
      {%- do texts.append("'~'") -%}
    {%- else -%}
      {%- set text = as_text(adapter.quote(name), found[name]) -%}
      {%- if column.data_type in ('timestamp', 'bigint', 'boolean') -%}
        {%- set text = 'coalesce(cast(' ~ raw_column(column, found) ~ ' as ' ~ engine_type('string') ~ '), ' ~ text ~ ')' -%}
      {%- endif -%}
      {%- do texts.append("coalesce(length(" ~ text ~ ") || ':' || " ~ text ~ ", '~')") -%}
    {%- endif -%}
  {%- endfor -%}
  {{ hash_text(texts | join(' || ')) }}
{%- endmacro %}

{# The columns of a raw row that hold something that is not of their type, by commas. #}
{% macro raw_unreadable_columns(contract, found) -%}
  concat_ws(','
  {%- for column in contract.columns.values() if column.data_type != 'string' -%}
    {%- set name = raw_name(column, found) -%}
    {%- if name is not none -%}
    , case
        when {{ raw_column(column, found) }} is null
          and {{ trimmed(as_text(adapter.quote(name), found[name])) }} <> '' then '{{ column.name }}'
      end
    {%- endif -%}
  {%- endfor -%}
  )
{%- endmacro %}

{% macro typed_empty_rows(contract, with_evidence=false) -%}
    select
      {% for column in contract.columns.values() -%}
      cast(null as {{ engine_type(column.data_type) }}) as {{ adapter.quote(column.name) }},
      {% endfor -%}
      {% if with_evidence -%}
      cast(null as {{ engine_type('string') }}) as row_hash,
      cast(null as {{ engine_type('string') }}) as unreadable_columns,
      {% endif -%}
      cast(null as {{ engine_type('string') }}) as file_path,
      cast(null as bigint) as file_row
    where false
{%- endmacro %}
