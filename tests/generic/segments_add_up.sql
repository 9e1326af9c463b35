{#
  The values of every dimension add up to the relation that counts all, measure by measure. A null
  of the whole (an open period) is null in all its parts.
    to        the relation of all actors
    keys      the columns that both have
    measures  counts
    of_model  which rows of the model are meant, a condition
    of_whole  which rows of `to` are
#}
{% test segments_add_up(model, to, keys, measures, of_model='true', of_whole='true') %}
with

divided as (
    select
        {{ keys | join(', ') }},
        dimension,
        {% for measure in measures -%}
        sum({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ model }}
    where {{ of_model }}
    group by {{ keys | join(', ') }}, dimension
),

whole as (
    select alls.*, dimensions.dimension
    from {{ to }} as alls
    cross join {{ ref('stg_definitions__segments') }} as dimensions
    where {{ of_whole }}
)

select
    whole.dimension,
    whole.{{ keys | join(', whole.') }},
    {% for measure in measures -%}
    whole.{{ measure }} as {{ measure }},
    divided.{{ measure }} as divided_{{ measure }}{{ ',' if not loop.last }}
    {% endfor %}
from whole
left join divided
    on whole.dimension = divided.dimension
    {%- for key in keys %}
    and whole.{{ key }} = divided.{{ key }}
    {%- endfor %}
where
    {% for measure in measures -%}
    coalesce(whole.{{ measure }}, 0) <> coalesce(divided.{{ measure }}, 0)
    {{ 'or' if not loop.last }}
    {% endfor %}
{% endtest %}
