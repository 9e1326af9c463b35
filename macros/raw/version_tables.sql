{#
  The tables of a source whose rows are versions: those that have a base model. A test
  compares them with the source YAML.
#}
{% macro version_tables(source_name) -%}
  {{ return({
      'billing': [
          'charge', 'coupon', 'credit_note', 'customer', 'invoice', 'invoice_line_item', 'price',
          'product', 'refund', 'subscription', 'subscription_discount', 'subscription_item', 'tier',
      ],
      'crm': ['account', 'contact', 'opportunity', 'user'],
      'support': ['domain_name', 'organization', 'satisfaction_rating', 'ticket', 'user'],
  }[source_name]) }}
{%- endmacro %}
