{#
  A query of what is known of each object by the horizon: its newest version that is no
  deletion (its newest one where all are), and since when it is deleted (`deleted_at`,
  null = it is not). An object whose first version is younger than the horizon is known by
  that one: a loader that keeps no history leaves nothing else.
    relation  a staging relation of versions
    keys      the columns that name the object
#}
{% macro newest_versions(relation, keys) -%}
  {%- set named = 'versions.' ~ keys | join(', versions.') -%}
    select
        versions.*,
        max(
            case
                when versions.is_deleted
                    and versions.valid_from <= horizons.as_of_at
                    and coalesce(versions.valid_to > horizons.as_of_at, true)
                    then versions.valid_from
            end
        ) over (partition by {{ named }}) as deleted_at
    from {{ relation }} as versions
    cross join {{ ref('int_clock__horizons') }} as horizons
    where versions.valid_from <= horizons.as_of_at or versions.version_number = 1
    qualify row_number() over (
        partition by {{ named }}
        order by versions.is_deleted, versions.valid_from desc
    ) = 1
{%- endmacro %}
