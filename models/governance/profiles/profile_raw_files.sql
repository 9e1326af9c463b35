{%- set message_types = ['track', 'identify', 'group', 'page', 'screen', 'alias'] %}

with

counted as (
    select * from {{ ref('profile_raw_counts') }}
),

newest as (
    select cast(max(last_loaded_at) as date) as newest_loaded_date
    from counted
),

-- What lag the feed had before its newest day of load.
usual as (
    select
        median(counted.lag_hours_median) as usual_lag_hours,
        count(*) as earlier_file_count
    from counted
    cross join newest
    where cast(counted.last_loaded_at as date) < newest.newest_loaded_date
),

final as (
    select
        load_units.load_unit,
        counted.row_count,
        {% for column in ['message_id', 'received_at', 'actor_id'] -%}
        {{ safe_divide(
            'counted.row_count - counted.' ~ column ~ '_count', 'counted.row_count'
        ) }} as {{ column }}_null_share,
        {% endfor -%}
        counted.loaded_at_null_count,
        {% for message_type in message_types -%}
        {{ safe_divide('counted.' ~ message_type ~ '_count', 'counted.row_count') }}
            as {{ message_type }}_share,
        {% endfor -%}
        {{ safe_divide(
            'counted.row_count - counted.' ~ message_types | join('_count - counted.') ~ '_count',
            'counted.row_count',
        ) }} as unknown_type_share,
        {{ safe_divide('counted.received_after_load_count', 'counted.row_count') }}
            as received_after_load_share,
        counted.first_received_at,
        counted.last_received_at,
        counted.last_loaded_at,
        counted.lag_hours_median,
        counted.lag_hours_p99,
        usual.usual_lag_hours,
        usual.earlier_file_count,
        coalesce(
            cast(counted.last_loaded_at as date) = newest.newest_loaded_date, false
        ) as is_newest
    from counted
    inner join {{ ref('stg_events__load_units') }} as load_units
        on counted.unit_id = load_units.unit_id
    cross join newest
    cross join usual
)

select * from final
