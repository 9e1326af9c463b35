{%- set message_types = ['track', 'identify', 'group', 'page', 'screen', 'alias'] %}

with

messages as (
    select
        file_path,
        message_id,
        lower({{ trimmed('type') }}) as message_type,
        anonymous_id,
        user_id,
        received_at,
        _loaded_at as loaded_at,
        {{ microseconds_between('received_at', '_loaded_at') }}
        / cast(3600000000 as double) as lag_hours
    from {{ ref('base_events__messages') }}
),

counted as (
    select
        file_path,
        count(*) as row_count,
        count(message_id) as message_id_count,
        count(received_at) as received_at_count,
        count(*) - count(loaded_at) as loaded_at_null_count,
        count(coalesce(anonymous_id, user_id)) as actor_id_count,
        {% for message_type in message_types -%}
        count(case when message_type = '{{ message_type }}' then 1 end)
            as {{ message_type }}_count,
        {% endfor -%}
        count(case when lag_hours < -24 then 1 end) as received_after_load_count,
        min(received_at) as first_received_at,
        max(received_at) as last_received_at,
        max(loaded_at) as last_loaded_at,
        median(lag_hours) as lag_hours_median,
        percentile_cont(0.99) within group (order by lag_hours) as lag_hours_p99
    from messages
    group by file_path
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
    left join {{ ref('stg_events__load_units') }} as load_units
        on counted.file_path = load_units.file_path
    cross join newest
    cross join usual
)

select * from final
