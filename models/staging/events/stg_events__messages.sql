-- depends_on: {{ ref('stg_definitions__junk_ids') }}
-- depends_on: {{ ref('gate_raw') }}
{{ config(
    materialized='incremental',
    incremental_strategy='overwrite_load_units',
    unique_key='dedup_key',
    on_schema_change='fail',
    meta={'fingerprint': {'variables': ['known_at'], 'relations': ['stg_definitions__junk_ids']}},
    post_hook="{{ write_ledger('stg_events__load_units') }}",
) }}

{%- set columns = [
    'load_unit', 'file_row', 'row_key', 'source', 'loaded_at', 'loaded_date', 'received_at',
    'source_file', 'source_row', 'message_id', 'dedup_key', 'message_type',
    'event_name', 'event_key', 'device_id', 'device_key', 'own_user_id',
    'own_user_key', 'own_account_id', 'own_account_key', 'previous_id', 'event_at',
    'user_agent', 'user_agent_key', 'consent_status', 'email_domain', 'traits', 'defects',
] | join(',\n        ') %}

with

load_units as (
    select * from {{ ref('stg_events__load_units') }}
),

{% if is_incremental() %}
unchanged_units as (
    {{ unchanged_load_units() }}
),

fresh_units as (
    select *
    from load_units
    where load_unit not in (select load_unit from unchanged_units)
),
{% else %}
fresh_units as (
    select * from load_units
),
{% endif %}

located as (
    select
        message_rows.*,
        fresh_units.load_unit,
        {{ key64("concat_ws('|', fresh_units.content_hash, message_rows.file_row)") }}
            as row_key
    from {{ ref('stg_events__message_rows') }} as message_rows
    inner join fresh_units on message_rows.file_path = fresh_units.file_path
),

fresh as (
    select
        {{ columns }}
    from located
),

{% if is_incremental() %}
-- Whatever shares a message id with a row that comes or goes is decided anew.
touched_keys as (
    select dedup_key from fresh
    union
    select dedup_key
    from {{ this }}
    where load_unit not in (select load_unit from unchanged_units)
),

candidates as (
    select * from fresh
    union all
    select
        {{ columns }},
    from {{ this }}
    where load_unit in (select load_unit from unchanged_units)
        and dedup_key in (select dedup_key from touched_keys)
),
{% else %}
candidates as (
    select * from fresh
),
{% endif %}

repeated_ids as (
    select message_id
    from candidates
    where defects is null
    group by message_id
    having count(*) > 1
),

-- Payloads are read again, and only for messages that came more than once.
copies as (
    select
        candidates.*,
        base.original_timestamp,
        base.properties,
        base.traits as all_traits
    from candidates
    inner join load_units on candidates.load_unit = load_units.load_unit
    inner join {{ ref('base_events__messages') }} as base
        on load_units.file_path = base.file_path
        and candidates.file_row = base.file_row
    where candidates.defects is null
        and candidates.message_id in (select message_id from repeated_ids)
),

canonical as (
    {{ canonical_json('copies', ['load_unit', 'file_row'], ['properties', 'all_traits']) }}
),

compared as (
    select
        copies.load_unit,
        copies.file_row,
        copies.message_id,
        copies.loaded_at,
        copies.received_at,
        copies.source_file,
        copies.source_row,
        concat_ws(
            '|',
            copies.message_type,
            copies.event_name,
            copies.device_id,
            coalesce(copies.own_user_id, ''),
            coalesce(copies.own_account_id, ''),
            coalesce(copies.previous_id, ''),
            coalesce(
                cast(copies.original_timestamp as {{ engine_type('string') }}), ''
            ),
            canonical.canonical_text
        ) as payload,
        concat_ws(
            '|',
            cast(copies.event_at as {{ engine_type('string') }}),
            copies.source,
            coalesce(copies.user_agent, ''),
            coalesce(copies.consent_status, ''),
            coalesce(copies.traits, '')
        ) as remainder
    from copies
    inner join canonical
        on copies.load_unit = canonical.load_unit
        and copies.file_row = canonical.file_row
),

ranked as (
    select
        load_unit,
        file_row,
        row_number() over first_received as copy_number,
        payload = first_value(payload) over first_received as has_first_payload
    from compared
    window first_received as (
        partition by message_id
        order by
            loaded_at asc nulls last,
            received_at asc nulls last,
            source_file asc nulls last,
            source_row asc nulls last,
            payload asc,
            remainder asc,
            load_unit asc,
            file_row asc
    )
),

decided as (
    select
        candidates.*,
        case
            when candidates.defects like '%malformed%' then 'malformed'
            when candidates.defects like '%missing_ids%' then 'missing_ids'
            when candidates.defects is not null then 'bad_time'
            when coalesce(ranked.copy_number, 1) = 1 then 'accepted'
            when ranked.has_first_payload then 'duplicate'
            else 'conflicting_duplicate'
        end as outcome
    from candidates
    left join ranked
        on candidates.load_unit = ranked.load_unit
        and candidates.file_row = ranked.file_row
),

final as (
    select
        *,
        case
            when outcome = 'conflicting_duplicate' then outcome else defects
        end as reasons
    from decided
)

select * from final
