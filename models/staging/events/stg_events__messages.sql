-- depends_on: {{ ref('stg_definitions__junk_ids') }}
-- depends_on: {{ ref('gate_raw') }}
{{ config(
    materialized='incremental',
    incremental_strategy='overwrite_load_units',
    unique_key='dedup_key',
    partition_by=partition_column('loaded_date'),
    on_schema_change='fail',
    meta={'fingerprint': {'variables': ['known_at'], 'relations': ['stg_definitions__junk_ids']}},
    post_hook="{{ write_ledger({'units': ref('stg_events__load_units')}, has_changes=true) }}",
) }}
{%- set columns = [
    'unit_id', 'file_row', 'source_key', 'loaded_at', 'loaded_date', 'message_id', 'dedup_key',
    'message_type', 'event_key', 'device_key', 'own_user_key', 'own_account_key', 'previous_id',
    'event_at', 'user_agent_key', 'channel_key', 'consent_status', 'email_domain', 'traits',
    'defects',
] %}

with

fresh_units as (
    select * from {{ ref('stg_events__load_units') }}
    {% if is_incremental() -%}
    where unit_id not in ({{ consumed_unit_ids() }})
    {%- endif %}
),

fresh_messages as (
    select
        base.*,
        fresh_units.unit_id
    from {{ ref('base_events__messages') }} as base
    inner join fresh_units on base.file_path = fresh_units.file_path
),

fresh_rows as (
    {{ message_rows('fresh_messages', also=['unit_id']) }}
),

fresh_keys as (
    select {{ message_key('base.message_id') }} as dedup_key
    from {{ ref('base_events__messages') }} as base
    inner join fresh_units on base.file_path = fresh_units.file_path
),

{% if is_incremental() %}
-- Whatever shares a message id with a row that comes or goes is decided anew.
touched_keys as (
    select dedup_key from fresh_keys
    where dedup_key is not null
    {% if units_are_gone() -%}
    union
    select dedup_key from {{ this }}
    where {{ is_of_gone_unit() }}
    {%- endif %}
),

kept_rows as (
    select {{ columns | join(', ') }}, source_file, source_row
    from {{ this }}
    where dedup_key in (select dedup_key from touched_keys)
        {%- if units_are_gone() %}
        and not {{ is_of_gone_unit() }}
        {%- endif %}
),
{% endif %}
decided_keys as (
    select dedup_key from fresh_keys
    {% if is_incremental() -%} union all select dedup_key from kept_rows {%- endif %}
),

repeated_keys as (
    select dedup_key from decided_keys
    group by dedup_key
    having count(*) > 1 and dedup_key is not null
),

-- Copies are read again, with their payload, from the files that hold one.
copy_units as (
    select * from {{ ref('stg_events__load_units') }}
    {% if is_incremental() -%}
    where unit_id in (select unit_id from fresh_units)
        or unit_id in (
            select unit_id from kept_rows
            where dedup_key in (select dedup_key from repeated_keys)
        )
    {%- endif %}
),

copied_messages as (
    select
        base.*,
        copy_units.unit_id
    from {{ ref('base_events__messages') }} as base
    inner join copy_units on base.file_path = copy_units.file_path
    where {{ message_key('base.message_id') }} in (select dedup_key from repeated_keys)
),

copies as (
    {{ message_rows(
        'copied_messages',
        also=['unit_id', 'original_timestamp', 'properties', 'traits as all_traits'],
    ) }}
),

-- Of the copies of one message id the first received is the message.
ranked as (
    {{ rank_copies('copies') }}
),

candidates as (
    {% for rows in ['fresh_rows'] + (['kept_rows'] if is_incremental() else []) -%}
    select {{ columns | join(', ') }}, source_file, source_row from {{ rows }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

decided as (
    select
        candidates.{{ columns | join(', candidates.') }},
        coalesce(candidates.source_file, ranked.source_file) as file_name,
        coalesce(candidates.source_row, ranked.source_row) as file_line,
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
        on candidates.unit_id = ranked.unit_id
        and candidates.file_row = ranked.file_row
),

final as (
    select
        {{ columns | join(', ') }},
        case when outcome not in ('accepted', 'duplicate') then file_name end
            as source_file,
        case when outcome not in ('accepted', 'duplicate') then file_line end
            as source_row,
        outcome,
        case when outcome = 'conflicting_duplicate' then outcome else defects end
            as reasons
    from decided
)

select * from final
