{#
  Any physical form of a time → UTC timestamp (microseconds); null where it is no time.
  Text is ISO-8601: a date, or a date and a time of day with an optional fraction and an
  optional zone (none = UTC), also without its dashes and colons. Numbers are epoch
  seconds, milliseconds, microseconds or nanoseconds, told apart by size (1e11 seconds is
  the year 5138).
    column     the column's name
    data_type  its physical type, as the engine names it
#}
{% macro parse_timestamp(column, data_type) -%}
  {{ adapter.dispatch('parse_timestamp', 'usage_warehouse')(column, data_type | lower) }}
{%- endmacro %}

{#
  The texts that count as a time. Left to itself each engine also takes its own: DuckDB
  'infinity' and 24:00, Spark '2026' and, as today's, '12:30'.
#}
{% macro iso_8601_pattern() -%}
  {%- set zone = '(?:Z| ?UTC|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?' -%}
  {%- set hour = '(?:[01][0-9]|2[0-3])' -%}
  [0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ]{{ hour }}:[0-5][0-9](?::[0-5][0-9](?:[.][0-9]+)?)?{{ zone }})?|[0-9]{8}T{{ hour }}[0-5][0-9][0-5][0-9]{{ zone }}
{%- endmacro %}

{# Such a text as both engines read it: with dashes, colons and seconds. #}
{% macro iso_8601_extended(column) -%}
  case
    when substr({{ column }}, 9, 1) = 'T'
      then substr({{ column }}, 1, 4) || '-' || substr({{ column }}, 5, 2) || '-'
        || substr({{ column }}, 7, 5) || ':' || substr({{ column }}, 12, 2) || ':'
        || substr({{ column }}, 14)
    when substr({{ column }}, 17, 1) in ('Z', ' ', 'U', '+', '-')
      then substr({{ column }}, 1, 16) || ':00' || substr({{ column }}, 17)
    else {{ column }}
  end
{%- endmacro %}

{% macro duckdb__parse_timestamp(column, data_type) -%}
  {%- if data_type == 'timestamp' -%} {{ column }}
  {%- elif data_type == 'timestamp with time zone' -%}
    {# a cast would ask the calendar of the session's time zone, row by row #}
    case when isfinite({{ column }}) then make_timestamp(epoch_us({{ column }})) end
  {%- elif data_type.startswith('timestamp') or data_type == 'date' -%} cast({{ column }} as timestamp)
  {%- elif data_type in ('varchar', 'json') -%}
    case when {{ is_match(column, iso_8601_pattern()) }}
      then cast(try_cast({{ iso_8601_extended(column) }} as timestamptz) as timestamp)
    end
  {%- elif data_type.endswith('int') or data_type == 'integer' or data_type == 'uinteger' -%}
    case
      when {{ column }} between -99999999999 and 99999999999 then make_timestamp(cast({{ column }} as bigint) * 1000000)
      when {{ column }} between -99999999999999 and 99999999999999 then make_timestamp(cast({{ column }} as bigint) * 1000)
      when {{ column }} between -99999999999999999 and 99999999999999999 then make_timestamp(cast({{ column }} as bigint))
      else make_timestamp(cast({{ column }} // 1000 as bigint))
    end
  {%- else -%}
    make_timestamp(try_cast({{ epoch_microseconds(column) }} as bigint))
  {%- endif -%}
{%- endmacro %}

{% macro spark__parse_timestamp(column, data_type) -%}
  {%- if data_type in ('timestamp', 'timestamp_ntz', 'date') -%} cast({{ column }} as timestamp)
  {%- elif data_type == 'string' -%}
    case when {{ is_match(column, iso_8601_pattern()) }}
      then try_cast({{ iso_8601_extended(column) }} as timestamp)
    end
  {%- elif data_type.endswith('int') -%}
    case
      when {{ column }} between -99999999999 and 99999999999 then timestamp_micros(cast({{ column }} as bigint) * 1000000)
      when {{ column }} between -99999999999999 and 99999999999999 then timestamp_micros(cast({{ column }} as bigint) * 1000)
      when {{ column }} between -99999999999999999 and 99999999999999999 then timestamp_micros(cast({{ column }} as bigint))
      else timestamp_micros(cast({{ column }} as bigint) div 1000)
    end
  {%- else -%}
    timestamp_micros(try_cast({{ epoch_microseconds(column) }} as bigint))
  {%- endif -%}
{%- endmacro %}

{# Microseconds since 1970 of an epoch with a fraction, a whole number as double. #}
{% macro epoch_microseconds(column) -%}
  {%- set number = 'cast(' ~ column ~ ' as double)' -%}
  round(case
    when abs({{ number }}) < 1e11 then {{ number }} * 1e6
    when abs({{ number }}) < 1e14 then {{ number }} * 1e3
    when abs({{ number }}) < 1e17 then {{ number }}
    else {{ number }} / 1e3
  end)
{%- endmacro %}
