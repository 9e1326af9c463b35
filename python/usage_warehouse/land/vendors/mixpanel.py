"""Mixpanel: the JSON lines of its raw export.

An event is known by its name, `distinct_id`, time and `$insert_id`
(https://developer.mixpanel.com/reference/import-events#propertiesinsert_id): the message id is a
hash of these, for a `distinct_id` may be an address. `time` is seconds since 1970 in the time zone
of the *project* (https://developer.mixpanel.com/reference/raw-event-export), hence --time-zone;
arrival at the API is in milliseconds UTC. Properties that begin with `$` or `mp_` are the
vendor's own.
"""

from __future__ import annotations

from usage_warehouse.land.vendors.parts import compact, first_of, text_at

SHAPE = {"event": "VARCHAR", "properties": "JSON"}


def _p(key: str) -> str:
    return text_at("properties", key)


_SECONDS = f"try_cast({_p('time')} as decimal(30, 6))"
# seconds, or milliseconds where the export was asked for them
_MICROS = (
    f"cast(case when abs({_SECONDS}) < 100000000000 then {_SECONDS} * 1000000"
    f" else {_SECONDS} * 1000 end as bigint)"
)
_LOCAL = f"case when {_SECONDS} is not null then make_timestamp({_MICROS}) end"
_IS_ALIAS = "event in ('$create_alias', '$merge')"
_DISTINCT = _p("distinct_id")
_ANONYMOUS = "'$device:'"

COLUMNS = {
    "message_id": f"case when {_p('$insert_id')} is not null then md5(concat_ws(chr(31), event,"
    f" {_DISTINCT}, {_p('time')}, {_p('$insert_id')})) end",
    "type": "case event when '$identify' then 'identify' when '$create_alias' then 'alias'"
    " when '$merge' then 'alias' when '$mp_web_page_view' then 'page' else 'track' end",
    "event": "case when event not in ('$identify', '$create_alias', '$merge', '$mp_web_page_view')"
    " then event end",
    "anonymous_id": f"case when {_IS_ALIAS} then null when event = '$identify' then"
    f" coalesce({_p('$anon_id')}, {_p('$device_id')}) else coalesce({_p('$device_id')},"
    f" case when {_p('$user_id')} is null and starts_with({_DISTINCT}, {_ANONYMOUS})"
    f" then substr({_DISTINCT}, 9) end) end",
    "user_id": f"case event when '$create_alias' then {_p('alias')}"
    f" when '$merge' then properties ->> '$.\"$distinct_ids\"[1]'"
    f" when '$identify' then coalesce({_p('$identified_id')}, {_p('$user_id')}, {_DISTINCT})"
    f" else coalesce({_p('$user_id')}, case when {_p('$device_id')} is null"
    f" and not starts_with({_DISTINCT}, {_ANONYMOUS}) then {_DISTINCT} end) end",
    "group_id": first_of("properties", "nullif({group}, '')"),
    "previous_id": f"case event when '$create_alias' then {_DISTINCT}"
    " when '$merge' then properties ->> '$.\"$distinct_ids\"[0]' end",
    "timestamp": f"({_LOCAL}) at time zone {{time_zone}}",
    "received_at": f"coalesce({_p('$mp_api_timestamp_ms')}, {_p('mp_processing_time_ms')})",
    "properties": f"case when event <> '$identify' and not {_IS_ALIAS} then properties end",
    "context": compact(
        {
            "locale": _p("$locale"),
            "page": {"url": _p("$current_url"), "referrer": _p("$referrer")},
            "app": {"version": _p("$app_version_string")},
            "library": {"name": _p("mp_lib"), "version": _p("$lib_version")},
            "os": {"name": _p("$os")},
            "location": {
                "country": _p("mp_country_code"),
                "region": _p("$region"),
                "city": _p("$city"),
            },
            "campaign": {
                "source": _p("utm_source"),
                "medium": _p("utm_medium"),
                "name": _p("utm_campaign"),
            },
        }
    ),
}
