-- depends_on: {{ ref('stg_events__messages') }}
-- depends_on: {{ ref('int_devices__internal_visits') }}
{%- set followers = following(
    ['int_events__sessioned', 'int_events__sessions'], 'stg_events__messages'
) %}
{%- set batches = followers.values() | unique | list %}
{%- set can_look_back = followers | length == 2 and batches | length == 1 %}

with

{% if not followers %}
final as (
    select
        cast(null as bigint) as touched_device_key,
        cast(null as timestamp) as touched_from
    where false
)
{% else %}
changes as (
    {{ changes_between(
        'stg_events__messages', batches | min, last_batch('stg_events__messages')
    ) }}
),

moments as (
    select device_key, changed_from from changes
    {% for follower in followers -%}
    union all
    select device_key, {{ start_of_time() }} as changed_from
    from ({{ differing_rows(
        ref('int_devices__internal_visits'), ledger_relation('visits', follower),
        ['device_key', 'visits'],
    ) }}) as differing_{{ loop.index }}
    {% endfor %}
),

touched as (
    select
        device_key,
        {% if can_look_back -%}
        min(changed_from) as changed_from
        {%- else -%}
        {{ start_of_time() }} as changed_from
        {%- endif %}
    from moments
    group by device_key
),

-- The device's sessions up to the first change, as they were before it.
sessions as (
    select
        touched.device_key,
        touched.changed_from,
        sessions.started_at,
        sessions.ended_at,
        lag(sessions.ended_at) over (
            partition by sessions.device_key
            order by sessions.started_at, sessions.ended_at, sessions.session_key
        ) as previous_ended_at
    from touched
    left join {{ relation_before('int_events__sessions') }} as sessions
        on touched.device_key = sessions.device_key
        and sessions.started_at < touched.changed_from
),

looked_back as (
    select
        device_key,
        changed_from,
        max(ended_at) as last_ended_at,
        max(
            case
                when previous_ended_at is null or previous_ended_at < started_at
                    then started_at
            end
        ) as last_started_at
    from sessions
    group by device_key, changed_from
),

-- Where the last session had ended for good, nothing before the change can change; else
-- from its start on, or from that of the last one that shares no moment with another.
final as (
    select
        device_key as touched_device_key,
        case
            when last_ended_at is null then changed_from
            when {{ microseconds_between('last_ended_at', 'changed_from') }}
                > {{ (var('session_timeout_minutes') * 60000000) | int }} then changed_from
            else last_started_at
        end as touched_from
    from looked_back
)
{% endif %}

select * from final
