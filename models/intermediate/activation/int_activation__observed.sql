with

entrants as (
    select * from {{ ref('int_activation__entrants') }}
),

divided as (
    select
        actors.*,
        dimensions.dimension,
        {{ segment_value() }} as dimension_value
    from entrants as actors
    {{ segment_joins('actors.account_id', 'actors.user_id', 'actors.started_at') }}
),

together as (
    select entrants.*, 'all' as dimension, 'all' as dimension_value
    from entrants
    union all
    select
        entrants.*,
        'entry_week' as dimension,
        cast(entrants.entry_week as {{ dbt.type_string() }}) as dimension_value
    from entrants
    union all
    select * from divided
),

final as (
    select
        rule_id,
        grain,
        case when grain = 'account' then account_id else user_id end as actor_id,
        dimension,
        dimension_value,
        started_at,
        activated_at,
        outcome,
        is_mature,
        outcome = 'activated' as is_activated,
        cast(observed_microseconds as bigint) as observed_microseconds,
        rule_id || chr(31) || dimension || chr(31) || dimension_value as group_key
    from together
)

select * from final
