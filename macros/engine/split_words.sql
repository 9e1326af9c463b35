{#
  For a select list: one row per word of a text, where words are parted by anything that is
  neither letter, digit, point nor hyphen; empty words included. No row where it is null.
#}
{% macro split_words(text) -%}
  {{ adapter.dispatch('split_words', 'usage_warehouse')(text) }}
{%- endmacro %}

{% macro duckdb__split_words(text) -%}
  unnest(string_split_regex({{ text }}, '[^a-zA-Z0-9.-]+'))
{%- endmacro %}

{% macro spark__split_words(text) -%}
  explode(split({{ text }}, '[^a-zA-Z0-9.-]+'))
{%- endmacro %}
