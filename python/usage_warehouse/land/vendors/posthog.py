"""PostHog: the events model of its batch exports, as JSON lines.

Fields: https://posthog.com/docs/cdp/batch-exports. `uuid` names the event, in every export.
`timestamp` is the event's time, already corrected for the device's clock, `created_at` when it was
taken in. `distinct_id` is a device until somebody identifies: it is the user's where it differs
from `$device_id`, and where there is no device, as a server sends. Nested fields may be text.
"""

from __future__ import annotations

from usage_warehouse.land.vendors.parts import compact, group_of, text_at

SHAPE = {
    "uuid": "VARCHAR",
    "event": "VARCHAR",
    "distinct_id": "VARCHAR",
    "timestamp": "VARCHAR",
    "created_at": "VARCHAR",
    "properties": "JSON",
}
# a JSON object that came as text is opened
_PROPERTIES = (
    "case when json_type(properties) = 'VARCHAR' and json_valid(properties ->> '$')"
    " then cast(properties ->> '$' as json) else properties end"
)


def _p(key: str) -> str:
    return text_at(f"({_PROPERTIES})", key)


def _object(key: str) -> str:
    return f"(({_PROPERTIES}) -> '$.\"{key}\"')"


_TYPES = {
    "$pageview": "page",
    "$screen": "screen",
    "$identify": "identify",
    "$groupidentify": "group",
    "$create_alias": "alias",
    "$merge_dangerously": "alias",
}
_WHEN = " ".join(f"when '{event}' then '{type_}'" for event, type_ in _TYPES.items())
_NAMES = ", ".join(f"'{event}'" for event in _TYPES)
_IS_ALIAS = "event in ('$create_alias', '$merge_dangerously')"

COLUMNS = {
    "message_id": "uuid",
    "type": f"case event {_WHEN} else 'track' end",
    "event": f"case when event not in ({_NAMES}) then event end",
    "anonymous_id": f"case when {_IS_ALIAS} then null when event = '$identify' then"
    f" coalesce({_p('$anon_distinct_id')}, {_p('$device_id')}) else {_p('$device_id')} end",
    "user_id": f"case when {_IS_ALIAS} or event = '$identify' or {_p('$device_id')} is null"
    f" or {_p('$device_id')} <> distinct_id then distinct_id end",
    "group_id": f"case when event = '$groupidentify' then {_p('$group_key')}"
    f" else {group_of(_object('$groups'))} end",
    "previous_id": f"case when {_IS_ALIAS} then {_p('alias')} end",
    "timestamp": "timestamp",
    "received_at": "created_at",
    "properties": f"case when event not in ('$identify', '$groupidentify') and not {_IS_ALIAS}"
    f" then {_PROPERTIES} end",
    "traits": f"case event when '$identify' then {_object('$set')}"
    f" when '$groupidentify' then {_object('$group_set')} end",
    "context": compact(
        {
            "ip": _p("$ip"),
            "userAgent": f"coalesce({_p('$raw_user_agent')}, {_p('$user_agent')})",
            "locale": _p("$browser_language"),
            "page": {"url": _p("$current_url"), "path": _p("$pathname")},
            "app": {"version": _p("$app_version")},
            "library": {"name": _p("$lib"), "version": _p("$lib_version")},
            "os": {"name": _p("$os")},
            "campaign": {
                "source": _p("utm_source"),
                "medium": _p("utm_medium"),
                "name": _p("utm_campaign"),
            },
        }
    ),
}
