-- depends_on: {{ ref('stg_definitions__junk_ids') }}
-- depends_on: {{ ref('gate_raw') }}
{{ config(
    materialized='incremental',
    incremental_strategy='add_rows',
    on_schema_change='fail',
    meta={
        'only_adds': true,
        'fingerprint': {
            'variables': ['known_at'], 'relations': ['stg_definitions__junk_ids'],
        },
    },
    post_hook="{{ write_ledger({'units': ref('stg_events__load_units')}) }}",
) }}

{%- set kinds = {
    'device': 'device_id', 'user': 'own_user_id', 'account': 'own_account_id',
    'event': 'event_name', 'user_agent': 'user_agent', 'channel': 'channel', 'source': 'source',
} %}

with

fresh_units as (
    select * from {{ ref('stg_events__load_units') }}
    {% if is_incremental() -%}
    where unit_id not in ({{ consumed_unit_ids() }})
    {%- endif %}
),

-- Every combination once, then each text of it: the rows are read in one pass.
combinations as (
    select distinct
        message_rows.{{ kinds.values() | join(',\n        message_rows.') }}
    from {{ ref('stg_events__message_rows') }} as message_rows
    inner join fresh_units on message_rows.file_path = fresh_units.file_path
),

together as (
    {% for kind, column in kinds.items() -%}
    select distinct '{{ kind }}' as kind, {{ column }} as text
    from combinations
    where {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

keyed as (
    select
        kind,
        {{ key64('text') }} as text_key,
        text
    from together
),

final as (
    select
        keyed.kind,
        keyed.text_key,
        keyed.text
    from keyed
    {% if is_incremental() -%}
    left join {{ this }} as known
        on keyed.kind = known.kind and keyed.text_key = known.text_key
    where known.kind is null
    {%- endif %}
)

select * from final
