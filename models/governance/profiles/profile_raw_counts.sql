{{ config(
    materialized='incremental',
    incremental_strategy='add_rows',
    on_schema_change='fail',
    meta={'only_adds': true, 'fingerprint': {'variables': ['known_at']}},
    post_hook="{{ write_ledger({'units': ref('stg_events__load_units')}) }}",
) }}

{%- set message_types = ['track', 'identify', 'group', 'page', 'screen', 'alias'] %}

with

fresh_units as (
    select * from {{ ref('stg_events__load_units') }}
    {% if is_incremental() -%}
    where unit_id not in ({{ consumed_unit_ids() }})
    {%- endif %}
),

messages as (
    select
        fresh_units.unit_id,
        base.message_id,
        lower({{ trimmed('base.type') }}) as message_type,
        base.anonymous_id,
        base.user_id,
        base.received_at,
        base._loaded_at as loaded_at,
        {{ microseconds_between('base.received_at', 'base._loaded_at') }}
        / cast(3600000000 as double) as lag_hours
    from {{ ref('base_events__messages') }} as base
    inner join fresh_units on base.file_path = fresh_units.file_path
),

final as (
    select
        unit_id,
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
    group by unit_id
)

select * from final
