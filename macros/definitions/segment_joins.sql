{#
  Divides rows by the dimensions of the seed segments: each row once per dimension, with the value
  that its account had then, or that its user has, else unknown. For a relation under the alias
  `actors`; select segment_value() as dimension_value and dimensions.dimension.
    account  SQL expression of the account's id, null without one
    user     SQL expression of the user's id, null for other actors
    moment   SQL expression of the moment
#}
{% macro segment_joins(account, user, moment) -%}
    cross join {{ ref('stg_definitions__segments') }} as dimensions
    left join {{ ref('int_accounts__segments') }} as account_segments
        on {{ account }} = account_segments.account_id
        and dimensions.dimension = account_segments.dimension
        and coalesce(account_segments.valid_from, {{ start_of_time() }}) <= {{ moment }}
        and {{ moment }} < coalesce(account_segments.valid_to, {{ end_of_time() }})
    left join {{ ref('int_users__segments') }} as user_segments
        on {{ user }} = user_segments.user_id
        and dimensions.dimension = user_segments.dimension
{%- endmacro %}

{% macro segment_value() -%}
  coalesce(account_segments.dimension_value, user_segments.dimension_value, 'unknown')
{%- endmacro %}
