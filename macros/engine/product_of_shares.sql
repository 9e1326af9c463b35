{#
  An aggregate: the product of shares between 0 and 1, decimal(13, 12), in ascending order
  and rounded after each step, so that it is the same whatever the order of the rows.
    share  decimal(13, 12)
#}
{% macro product_of_shares(share) -%}
  {{ adapter.dispatch('product_of_shares', 'usage_warehouse')(share) }}
{%- endmacro %}

{% macro duckdb__product_of_shares(share) -%}
  list_reduce(
    list_sort(list({{ share }})),
    lambda product, factor: cast(
      cast(product as decimal(13, 12)) * cast(factor as decimal(13, 12)) as decimal(13, 12)
    )
  )
{%- endmacro %}

{% macro spark__product_of_shares(share) -%}
  aggregate(
    array_sort(collect_list({{ share }})),
    cast(1 as decimal(13, 12)),
    (product, factor) -> cast(product * factor as decimal(13, 12))
  )
{%- endmacro %}
