-- depends_on: {{ ref('stg_definitions__junk_ids') }}
-- depends_on: {{ ref('gate_raw') }}
{{ config(
    materialized='incremental',
    incremental_strategy='overwrite_load_units',
    unique_key='dedup_key',
    partition_by=partition_column('loaded_date'),
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
    where {{ worked_out_once() }}
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
        {{ columns }}
    from {{ this }}
    where load_unit in (select load_unit from unchanged_units)
        and dedup_key in (select dedup_key from touched_keys)
),
{% else %}
candidates as (
    select * from fresh
),
{% endif %}

-- Of the copies of one message id the first received is the message.
ranked as (
    {{ rank_copies('candidates', 'load_units') }}
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
