{#
  Time arithmetic whose amount is a column. Amounts are whole numbers.
#}
{% macro add_seconds(moment, seconds) -%}
  {{ adapter.dispatch('add_seconds', 'usage_warehouse')(moment, seconds) }}
{%- endmacro %}

{% macro duckdb__add_seconds(moment, seconds) -%}
  ({{ moment }} + to_seconds({{ seconds }}))
{%- endmacro %}

{% macro spark__add_seconds(moment, seconds) -%}
  timestampadd(second, {{ seconds }}, {{ moment }})
{%- endmacro %}

{# Whole days after a date; stays a date. #}
{% macro add_days(day, days) -%}
  {{ adapter.dispatch('add_days', 'usage_warehouse')(day, days) }}
{%- endmacro %}

{% macro duckdb__add_days(day, days) -%}
  ({{ day }} + cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__add_days(day, days) -%}
  date_add({{ day }}, cast({{ days }} as int))
{%- endmacro %}

{# The first day of the period n periods after the one that starts on a day: days, weeks,
   months, or 24 hours, which are known by the day that they start on. #}
{% macro add_periods(day, period_type, count) -%}
  {{ adapter.dispatch('add_periods', 'usage_warehouse')(day, period_type, count) }}
{%- endmacro %}

{% macro duckdb__add_periods(day, period_type, count) -%}
  case {{ period_type }}
    when 'day' then {{ day }} + cast({{ count }} as integer)
    when '24_hours' then {{ day }} + cast({{ count }} as integer)
    when 'week' then {{ day }} + cast(7 * ({{ count }}) as integer)
    when 'month' then cast({{ day }} + to_months(cast({{ count }} as integer)) as date)
  end
{%- endmacro %}

{% macro spark__add_periods(day, period_type, count) -%}
  case {{ period_type }}
    when 'day' then date_add({{ day }}, cast({{ count }} as int))
    when '24_hours' then date_add({{ day }}, cast({{ count }} as int))
    when 'week' then date_add({{ day }}, cast(7 * ({{ count }}) as int))
    when 'month' then add_months({{ day }}, cast({{ count }} as int))
  end
{%- endmacro %}

{# Microseconds from one moment to a later one. #}
{% macro microseconds_between(earlier, later) -%}
  {{ adapter.dispatch('microseconds_between', 'usage_warehouse')(earlier, later) }}
{%- endmacro %}

{% macro duckdb__microseconds_between(earlier, later) -%}
  (epoch_us({{ later }}) - epoch_us({{ earlier }}))
{%- endmacro %}

{% macro spark__microseconds_between(earlier, later) -%}
  timestampdiff(microsecond, {{ earlier }}, {{ later }})
{%- endmacro %}

{# Periods from one period start to a later one: whole days, weeks or months. #}
{% macro periods_between(period_type, earlier, later) -%}
  {{ adapter.dispatch('periods_between', 'usage_warehouse')(period_type, earlier, later) }}
{%- endmacro %}

{% macro duckdb__periods_between(period_type, earlier, later) -%}
  case {{ period_type }}
    when 'day' then date_diff('day', {{ earlier }}, {{ later }})
    when '24_hours' then date_diff('day', {{ earlier }}, {{ later }})
    when 'week' then date_diff('day', {{ earlier }}, {{ later }}) // 7
    when 'month' then date_diff('month', {{ earlier }}, {{ later }})
  end
{%- endmacro %}

{% macro spark__periods_between(period_type, earlier, later) -%}
  case {{ period_type }}
    when 'day' then cast(datediff({{ later }}, {{ earlier }}) as bigint)
    when '24_hours' then cast(datediff({{ later }}, {{ earlier }}) as bigint)
    when 'week' then cast(datediff({{ later }}, {{ earlier }}) div 7 as bigint)
    when 'month' then cast(
      (year({{ later }}) - year({{ earlier }})) * 12 + month({{ later }}) - month({{ earlier }})
      as bigint
    )
  end
{%- endmacro %}

{#
  A moment moved by the time that lies between two others, from the first to the second:
  where `earlier` and `later` are one clock's, `moment` another's, this is the other clock's
  time of `later`. Null where one of them is. Not by intervals, which are slow on DuckDB.
#}
{% macro moved_by(moment, earlier, later) -%}
  {{ adapter.dispatch('moved_by', 'usage_warehouse')(moment, earlier, later) }}
{%- endmacro %}

{% macro duckdb__moved_by(moment, earlier, later) -%}
  make_timestamp(epoch_us({{ moment }}) - epoch_us({{ earlier }}) + epoch_us({{ later }}))
{%- endmacro %}

{% macro spark__moved_by(moment, earlier, later) -%}
  timestamp_micros(unix_micros({{ moment }}) - unix_micros({{ earlier }}) + unix_micros({{ later }}))
{%- endmacro %}
