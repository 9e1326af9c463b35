{#
  A query of the features that the actors of a grain ever used, by the actors' public ids.
    grain  user or account
#}
{% macro adoption_of(grain) -%}
select
    ids.{{ grain }}_id,
    features.feature,
    features.tried_at,
    features.adopted_on,
    features.habitual_on,
    features.last_used_on,
    features.used_day_count,
    features.used_day_count_28d,
    features.event_count,
    {{ safe_divide('features.event_count', 'features.used_day_count') }} as events_per_day,
    case
        when features.habitual_on is not null then 'habitual'
        when features.adopted_on is not null then 'adopted'
        else 'tried'
    end as stage,
    features.is_current,
    features.is_mature,
    {{ microseconds_between('first_times.signed_up_at', 'features.tried_at') }}
    / cast(3600000000 as double) as hours_to_try,
    {{ periods_between("'day'", 'features.tried_on', 'features.adopted_on') }} as days_to_adopt
from {{ ref('int_actors__features') }} as features
inner join {{ ref('int_' ~ grain ~ 's__ids') }} as ids
    on features.actor_key = ids.{{ grain }}_key
left join {{ ref('int_' ~ grain ~ 's__first_times') }} as first_times
    on features.actor_key = first_times.{{ grain }}_key
where features.grain = '{{ grain }}'
{%- endmacro %}
