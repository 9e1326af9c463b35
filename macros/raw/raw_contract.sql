{# The source node of one raw table: its columns, types and what is required. #}
{% macro raw_contract(source_name, table_name) -%}
  {%- for node in graph.sources.values() if node.source_name == source_name and node.name == table_name -%}
    {{ return(node) }}
  {%- endfor -%}
{%- endmacro %}

{# Whether the source is switched on (var using_<source>). #}
{% macro raw_source_is_on(source_name) -%}
  {{ return(var('using_' ~ source_name)) }}
{%- endmacro %}

{#
  Whether absence is an error: a required table of a source that is on, in a command
  that builds for real. Compiling, parsing and --empty need no data.
#}
{% macro raw_is_needed(source_name, contract) -%}
  {{ return(
      raw_source_is_on(source_name)
      and contract.meta.get('required_table', false)
      and invocation_args_dict.which in ['build', 'run']
      and not flags.EMPTY
  ) }}
{%- endmacro %}

{# The columns that one raw table really has, {lower-case name: type}; none = no table. #}
{% macro raw_columns_found(source_name, table_name, relation) -%}
  {%- if not raw_source_is_on(source_name) or flags.EMPTY -%} {{ return({}) }} {%- endif -%}
  {{ return(adapter.dispatch('raw_columns_found', 'usage_warehouse')(source_name, table_name, relation)) }}
{%- endmacro %}

{% macro require_raw_columns(source_name, table_name, contract, found) -%}
  {%- for column in contract.columns.values() if column.meta.get('required', false) -%}
    {%- if column.name not in found and not column.meta.get('aliases', []) | select('in', found) | list -%}
      {{ raise_raw_error(source_name, table_name, "the required column '" ~ column.name ~ "' is missing",
          "add it where the table is loaded, or rename the column that holds it; found: " ~ found.keys() | sort | join(', ')) }}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}

{% macro raise_raw_error(source_name, table_name, problem, fix) -%}
  {{ exceptions.raise_compiler_error(
      "raw contract: table " ~ source_name ~ "." ~ table_name ~ ": " ~ problem ~ "\n  fix: " ~ fix) }}
{%- endmacro %}

{# One contract column, cast to its declared type from whatever was found. #}
{% macro raw_column(column, found) -%}
  {%- set names = ([column.name] + column.meta.get('aliases', [])) | select('in', found) | list -%}
  {%- if not names -%}
    cast(null as {{ engine_type(column.data_type) }})
  {%- elif column.data_type == 'timestamp' -%}
    {{ parse_timestamp(adapter.quote(names[0]), found[names[0]]) }}
  {%- elif column.data_type == 'string' -%}
    {{ as_text(adapter.quote(names[0]), found[names[0]]) }}
  {%- else -%}
    try_cast({{ adapter.quote(names[0]) }} as {{ engine_type(column.data_type) }})
  {%- endif -%}
{%- endmacro %}

{% macro typed_empty_rows(contract) -%}
    select
      {% for column in contract.columns.values() -%}
      cast(null as {{ engine_type(column.data_type) }}) as {{ column.name }},
      {% endfor -%}
      cast(null as {{ engine_type('string') }}) as file_path,
      cast(null as bigint) as file_row
    where false
{%- endmacro %}
