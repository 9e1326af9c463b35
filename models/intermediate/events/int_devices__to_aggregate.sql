-- depends_on: {{ ref('int_events__sessioned') }}
-- depends_on: {{ ref('int_users__canonical') }}
-- depends_on: {{ ref('int_devices__user_intervals') }}
-- depends_on: {{ ref('int_users__account_intervals') }}
{%- set batch = followed_batch('int_events__daily', 'stg_events__messages') %}
{%- set facts_batch = followed_batch('int_events__sessioned', 'stg_events__messages') %}

with

{% if batch is none or facts_batch is none %}
final as (
    select
        cast(null as bigint) as touched_device_key,
        cast(null as date) as touched_date
    where false
)
{% else %}
-- What the facts have taken up and the aggregate has not.
changes as (
    {{ changes_between('stg_events__messages', batch, facts_batch) }}
),

days_before as (
    select device_key, user_key, event_date
    from {{ relation_before('int_events__daily') }}
    group by device_key, user_key, event_date
),

device_users as (
    {{ differing_rows(
        ref('int_devices__user_intervals'), ledger_relation('device_users', 'int_events__daily'),
        ['device_key', 'user_key', 'applies_from', 'applies_to'],
    ) }}
),

user_accounts as (
    {{ differing_rows(
        ref('int_users__account_intervals'), ledger_relation('user_accounts', 'int_events__daily'),
        ['user_key', 'account_key', 'applies_from', 'applies_to'],
    ) }}
),

users as (
    {{ differing_rows(
        ref('int_users__canonical'), ledger_relation('users', 'int_events__daily'),
        ['own_user_key', 'user_key'],
    ) }}
),

touched as (
    select device_key, event_date from changes
    union
    select days_before.device_key, days_before.event_date
    from days_before
    inner join device_users
        on days_before.device_key = device_users.device_key
        and cast(device_users.applies_from as date) <= days_before.event_date
        and days_before.event_date <= cast(device_users.applies_to as date)
    union
    select days_before.device_key, days_before.event_date
    from days_before
    inner join user_accounts
        on days_before.user_key = user_accounts.user_key
        and cast(user_accounts.applies_from as date) <= days_before.event_date
        and days_before.event_date <= cast(user_accounts.applies_to as date)
    union
    select days_before.device_key, days_before.event_date
    from days_before
    inner join users on days_before.user_key = users.user_key
),

final as (
    select device_key as touched_device_key, event_date as touched_date
    from touched
)
{% endif %}

select * from final
