-- depends_on: {{ ref('gate_staging') }}
with

messages as (
    select max(loaded_at) as newest_load_at from {{ ref('stg_events__messages') }}
),

rejects as (
    select max(loaded_at) as newest_load_at from {{ ref('stg_events__rejects') }}
),

other_loads as (
    select newest_load_at from rejects
    {% for source_name in ['billing', 'crm', 'support'] -%}
    union all
    select newest_loaded_at from {{ ref('stg_' ~ source_name ~ '__row_outcomes') }}
    {% endfor -%}
),

others as (
    select max(newest_load_at) as newest_load_at from other_loads
),

newest as (
    select
        messages.newest_load_at as newest_event_load_at,
        greatest(
            coalesce(messages.newest_load_at, others.newest_load_at),
            coalesce(others.newest_load_at, messages.newest_load_at)
        ) as newest_load_at
    from messages
    cross join others
),

horizon as (
    select
        {% if var('as_of') is none -%}
        newest_load_at
        {%- else -%}
        {{ moment_literal(var('as_of')) }}
        {%- endif %} as as_of_at,
        newest_event_load_at
    from newest
),

final as (
    select
        as_of_at,
        least(as_of_at, coalesce(newest_event_load_at, as_of_at)) as usage_as_of_at,
        {% if var('known_at') is none -%}
        cast(null as timestamp)
        {%- else -%}
        {{ moment_literal(var('known_at')) }}
        {%- endif %} as known_at
    from horizon
)

select * from final
