"""SQL that turns text fields into messages of the raw contract (DuckDB).

The input relation `fields` has one row per message: `row` (bigint, line in the file), every
column of the contract as text, JSON columns as JSON text, and `is_suspect` (boolean, passed
through). All work on a block of lines is one query, vectorised by the engine.
"""

from __future__ import annotations

from usage_warehouse.land.mapping import ID_COLUMNS, TIME_COLUMNS

_NOT_A_NUMBER = r"(?:^|[:,\[])\s*-?(?:[Nn][Aa][Nn]|[Ii][Nn][Ff])"
_NUMBER_HINTS = " or ".join(
    f"contains(text, '{hint}')" for hint in ("NaN", "nan", "NAN", "Nan", "Inf", "INF", "inf")
)

# Texts of a time: ISO 8601 with any offset (none = UTC), years 1000 to 9999; compact dates
# (20260131, 20260131T101500Z); numbers as an epoch whose unit follows from its size, as every
# date from 1973 to 5138 has 9 to 11 digits in seconds, 12 to 14 in milliseconds, and so on.
# Anything else is null: the row lands, and staging quarantines it as a bad time.
MACROS = (
    """
    create or replace temp macro usable_time(moment) as case
        when moment >= timestamptz '1000-01-01 00:00:00+00'
         and moment < timestamptz '10000-01-01 00:00:00+00' then moment
    end
    """,
    """
    create or replace temp macro epoch_micros(number) as cast(floor(case
        when abs(number) < 100000000000 then number * 1000000
        when abs(number) < 100000000000000 then number * 1000
        when abs(number) < 100000000000000000 then number
        when abs(number) < 100000000000000000000 then number / 1000
    end) as bigint)
    """,
    r"""
    create or replace temp macro number_time(text) as case
        when regexp_full_match(text, '(19|20)\d{6}')
        then try_strptime(text, '%Y%m%d') at time zone 'UTC'
        when regexp_full_match(text, '(19|20)\d{12}')
        then try_strptime(text, '%Y%m%d%H%M%S') at time zone 'UTC'
        else make_timestamp(epoch_micros(try_cast(text as decimal(30, 9)))) at time zone 'UTC'
    end
    """,
    r"""
    create or replace temp macro tidy_time(text) as
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(
            replace(upper(text), ',', '.'),
            '^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?', '\1-\2-\3T\4:\5:\6'),
            '\s*Z$', '+00'),
            '\s+([+-]\d)', '\1'),
            '(T\d\d:\d\d):?([+-]|$)', '\1:00\2')
    """,
    r"""
    create or replace temp macro odd_time(text) as case
        when try_cast(text as decimal(30, 9)) is not null then number_time(text)
        when regexp_matches(text, ':\d\d:60')
        then try_cast(regexp_replace(tidy_time(text), '(:\d\d):60', '\1:59') as timestamptz)
            + interval 1 second
        when regexp_matches(text, '^\d{4}') then try_cast(tidy_time(text) as timestamptz)
    end
    """,
    # an object or a list is not an id, and neither is an empty text
    """
    create or replace temp macro id_text(value) as case
        when value = '' then null
        when (starts_with(value, '{') or starts_with(value, '[')) and json_valid(value) then null
        else value
    end
    """,
    # a name joins the properties as text, so that their numbers and order stay as they came
    """
    create or replace temp macro named_properties(properties, name) as case
        when properties is null or properties = '{}' then '{"name":' || to_json(name) || '}'
        when starts_with(properties, '{') and not json_exists(properties, '$.name')
        then '{"name":' || to_json(name) || ',' || substr(properties, 2)
        else properties
    end
    """,
    # the parser takes NaN and Infinity, which are no JSON outside of strings: a cheap search for
    # texts that may hold one comes before the exact one (nested cases: `and` evaluates all sides)
    rf"""
    create or replace temp macro holds_not_a_number(text) as case
        when {_NUMBER_HINTS} then case
            when regexp_matches(text, '{_NOT_A_NUMBER}') then regexp_matches(
                regexp_replace(text, '"(?:[^"\\]|\\.)*"', '""', 'g'), '{_NOT_A_NUMBER}'
            )
            else false
        end
        else false
    end
    """,
    # a cell of a CSV as JSON text: what is no JSON becomes a JSON string
    """
    create or replace temp macro json_text(value) as case
        when json_valid(value) and not holds_not_a_number(value) then json(value)::varchar
        else to_json(value)::varchar
    end
    """,
    # a JSON value as text, an object that came as text opened
    """
    create or replace temp macro object_text(value) as case
        when json_type(value) = 'NULL' then null
        when json_type(value) = 'VARCHAR' and json_valid(value ->> '$')
            and json_type(value ->> '$') = 'OBJECT' then value ->> '$'
        else value::varchar
    end
    """,
    """
    create or replace temp macro merged_properties(properties, extra) as case
        when properties is null then extra::varchar
        when starts_with(properties, '{') then json_merge_patch(extra, properties)::varchar
        else json_merge_patch(extra, json_object('properties', properties::json))::varchar
    end
    """,
)

_CAST = ",\n        ".join(
    f'"{column}" as {column}_text, try_cast("{column}" as timestamptz) as {column}_cast'
    for column in TIME_COLUMNS
)


def _times(odd: str) -> str:
    """Each time as the engine's own cast reads it, else as `odd` says ({c} is its column)."""
    return ",\n        ".join(
        f"usable_time(case when {c}_text < ':' and {c}_cast is not null then {c}_cast"
        f' else {odd.format(c=c)} end) as "{c}"'
        for c in TIME_COLUMNS
    )


_UNREAD = " or ".join(f"({c}_text <> '' and \"{c}\" is null)" for c in TIME_COLUMNS)
_IDS = ", ".join(f"id_text({column}) as {column}" for column in ID_COLUMNS)

# parameters: hash_prefix, file, loaded_at, source
_MESSAGE_SQL = f"""
casts as (
    select
        row, properties, traits, context, is_suspect, {_IDS},
        {_CAST}
    from fields
),
times as (
    select
        * exclude (original_timestamp_cast, sent_at_cast, received_at_cast, timestamp_cast),
        {{times}}
    from casts
)
select
    coalesce(message_id, $hash_prefix || '-' || lpad(row::varchar, 12, '0')) as message_id,
    type,
    event,
    anonymous_id,
    user_id,
    coalesce(group_id, id_text(context ->> '$.groupId')) as group_id,
    previous_id,
    original_timestamp,
    sent_at,
    case
        when received_at is not null then received_at
        when received_at_text <> '' then null
        when sent_at is not null and original_timestamp is not null then sent_at
        else coalesce("timestamp", sent_at, original_timestamp)
    end as received_at,
    "timestamp",
    case when name is null then properties else named_properties(properties, name) end
        as properties,
    traits,
    context,
    $file as _file,
    row as _row,
    $loaded_at::timestamptz as _loaded_at,
    $source as _source,
    message_id is null as has_made_id,
    coalesce({_UNREAD}, false) as has_unread_time,
    is_suspect
from times
"""
# planning the odd forms of four times takes the engine longer than reading a small file: the
# plain query leaves them null with has_unread_time set, and is enough where that is never set
PLAIN_MESSAGE_SQL = _MESSAGE_SQL.format(times=_times("null::timestamptz"))
MESSAGE_SQL = _MESSAGE_SQL.format(
    times=_times("case when {c}_text <> '' then odd_time(trim({c}_text)) end")
)
