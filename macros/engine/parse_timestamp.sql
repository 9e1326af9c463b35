{#
  Any physical form of a time → UTC timestamp without zone (microseconds); null where
  the text is no time. Integers are epoch seconds, milliseconds, microseconds or
  nanoseconds, told apart by size (1e11 seconds is the year 5138).
    column     the column's name
    data_type  its physical type, as the engine names it
#}
{% macro parse_timestamp(column, data_type) -%}
  {{ adapter.dispatch('parse_timestamp', 'usage_warehouse')(column, data_type | lower) }}
{%- endmacro %}

{% macro duckdb__parse_timestamp(column, data_type) -%}
  {%- if data_type == 'timestamp' -%} {{ column }}
  {%- elif data_type == 'timestamp with time zone' -%} cast({{ column }} as timestamp)
  {%- elif data_type.startswith('timestamp') or data_type == 'date' -%} cast({{ column }} as timestamp)
  {%- elif data_type in ('varchar', 'json') -%} 
    cast(coalesce(
      try_cast({{ column }} as timestamptz),
      try_strptime({{ column }}, ['%Y-%m-%dT%H:%M%z', '%Y%m%dT%H%M%S%z']),
      try_strptime({{ column }}, ['%Y-%m-%dT%H:%M', '%Y%m%dT%H%M%S', '%Y%m%dT%H%M%SZ', '%Y-%m-%dT%H:%MZ'])
    ) as timestamp)
  {%- else -%}
    case
      when abs({{ column }}) < 100000000000 then make_timestamp(cast({{ column }} * 1000000 as bigint))
      when abs({{ column }}) < 100000000000000 then make_timestamp(cast({{ column }} * 1000 as bigint))
      when abs({{ column }}) < 100000000000000000 then make_timestamp(cast({{ column }} as bigint))
      else make_timestamp(cast({{ column }} // 1000 as bigint))
    end
  {%- endif -%}
{%- endmacro %}

{% macro spark__parse_timestamp(column, data_type) -%}
  {%- if data_type in ('timestamp', 'timestamp_ntz', 'date') -%} cast({{ column }} as timestamp)
  {%- elif data_type == 'string' -%} try_cast({{ column }} as timestamp)
  {%- else -%}
    case
      when abs({{ column }}) < 100000000000 then timestamp_micros(cast({{ column }} * 1000000 as bigint))
      when abs({{ column }}) < 100000000000000 then timestamp_micros(cast({{ column }} * 1000 as bigint))
      when abs({{ column }}) < 100000000000000000 then timestamp_micros(cast({{ column }} as bigint))
      else timestamp_micros(cast({{ column }} div 1000 as bigint))
    end
  {%- endif -%}
{%- endmacro %}
