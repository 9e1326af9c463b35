"""Messages of some devices as another vendor's tracker would export them, landed from there.

Which tracker a device has is drawn once. A message that the vendor has no word for, or that is too
broken to be one of its lines, stays in the message shape of the raw contract: so a history mixes
trackers, as a company does whose app, site and server are not of one age.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from usage_warehouse.land.events import LandOptions, land_events
from usage_warehouse.land.vendors import Vendor
from usage_warehouse.replay.pack import Pack
from usage_warehouse.replay.rows import MESSAGES, Draw, History, Message

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEPT = ("_file", "_row", "_loaded_at")
Values = dict[str, Any]


def with_vendors(pack: Pack, seed: int) -> Pack:
    """The pack with the messages of half of its devices as landed from a vendor's export."""
    trackers = [
        _draw_trackers(history, Draw(seed, number, 2))
        for number, history in enumerate(pack.histories, start=1)
    ]
    lines: dict[str, list[str]] = {name: [] for name in _LINES}
    where: dict[tuple[int, int], tuple[str, int]] = {}
    for place, history in enumerate(pack.histories):
        for number, row in enumerate(history.messages):
            vendor = trackers[place].get(row.values.get("anonymous_id"))
            line = _line(vendor, row) if vendor else None
            if vendor and line is not None:
                lines[vendor].append(json.dumps(line))
                where[place, number] = (vendor, len(lines[vendor]))
    landed = {name: _land(name, texts) for name, texts in lines.items() if texts}
    histories = []
    for place, history in enumerate(pack.histories):
        rows = list(history.messages)
        for number, row in enumerate(rows):
            vendor, line_number = where.get((place, number), ("", 0))
            if vendor and line_number in landed[vendor]:
                rows[number] = _landed(history.prefix, row, landed[vendor][line_number])
        histories.append(replace(history, messages=tuple(rows)))
    return replace(pack, histories=tuple(histories))


def _draw_trackers(history: History, draw: Draw) -> dict[object, str]:
    """The vendor of each device that has one."""
    devices = sorted({str(row.values.get("anonymous_id") or "") for row in history.messages})
    names = tuple(_LINES)
    return {
        device: draw.pick(names)
        for device in devices
        if device.startswith(history.prefix) and draw.chance(0.5)
    }


def _line(vendor: str, row: Message) -> Values | None:
    values = row.values
    if row.table != MESSAGES or not values.get("message_id") or values.get("received_at") is None:
        return None
    try:
        objects = {
            name: json.loads(str(values.get(name) or "{}"))
            for name in ("properties", "traits", "context")
        }
    except ValueError:
        return None
    if any(not isinstance(value, dict) for value in objects.values()):
        return None
    return _LINES[vendor]({**values, **objects})


def _land(vendor: str, lines: list[str]) -> dict[int, Values]:
    """What landing makes of the lines, by line number; a refused line is not among them."""
    with tempfile.TemporaryDirectory(prefix="replay_") as folder:
        export = Path(folder) / f"{vendor}.jsonl"
        export.write_text("\n".join(lines) + "\n", encoding="utf-8")
        options = LandOptions(vendor=Vendor(vendor))
        (result,) = land_events(
            [export], Path(folder) / "raw", {}, _EPOCH, source=vendor, options=options
        )
        if result.messages_path is None:
            return {}
        table = pq.read_table(result.messages_path, partitioning=None)
    return {row["_row"]: row for row in table.to_pylist()}


def _landed(prefix: str, row: Message, found: Values) -> Message:
    """The row as landed, where and when it was to be delivered."""
    values = {
        name: (value - _EPOCH) // timedelta(microseconds=1)
        if isinstance(value, datetime)
        else value
        for name, value in found.items()
    }
    if not str(values["message_id"]).startswith(f"{prefix}-"):
        # Some vendors' ids are hashes; histories share no id, and neither do their variants.
        values["message_id"] = f"{prefix}-{values['message_id']}"
    return replace(row, values={**values, **{name: row.values.get(name) for name in _KEPT}})


def _text(microseconds: int | None) -> str | None:
    if microseconds is None:
        return None
    return (_EPOCH + timedelta(microseconds=microseconds)).strftime("%Y-%m-%d %H:%M:%S.%f")


def _event_time(values: Values) -> int:
    """When it happened, as a vendor's service works it out."""
    own, sent, received = (
        values.get(name) for name in ("original_timestamp", "sent_at", "received_at")
    )
    if own is not None and sent is not None:
        return own + (received - sent)
    given = values.get("timestamp")
    return received if given is None else given


def _amplitude(values: Values) -> Values | None:
    name = {"track": values.get("event"), "identify": "$identify", "group": "$groupidentify"}
    if values["type"] not in name:
        return None
    group, is_group = values.get("group_id"), values["type"] == "group"
    return {
        "uuid": values["message_id"],
        "event_type": name[values["type"]],
        "device_id": values["anonymous_id"],
        "user_id": values.get("user_id"),
        "groups": {"company": [group]} if group else {},
        "client_event_time": _text(values.get("original_timestamp")),
        "client_upload_time": _text(values.get("sent_at")),
        "server_received_time": _text(values["received_at"]),
        "event_time": _text(_event_time(values)),
        "event_properties": values["properties"],
        "user_properties": {} if is_group else values["traits"],
        "group_properties": values["traits"] if is_group else {},
    }


def _mixpanel(values: Values) -> Values | None:
    name = {"track": values.get("event"), "page": "$mp_web_page_view", "identify": "$identify"}
    if values["type"] not in name:
        return None
    device, user, group = (values.get(key) for key in ("anonymous_id", "user_id", "group_id"))
    properties: Values = {
        **values["properties"],
        "time": _event_time(values) // 1_000,
        "$mp_api_timestamp_ms": values["received_at"] // 1_000,
        "$insert_id": values["message_id"],
        "distinct_id": user or f"$device:{device}",
        "$device_id": device,
    }
    if user:
        properties["$user_id"] = user
    if group:
        properties["company_id"] = group
    return {"event": name[values["type"]], "properties": properties}


def _posthog(values: Values) -> Values | None:
    names = {"page": "$pageview", "screen": "$screen", "identify": "$identify"}
    names |= {"group": "$groupidentify", "alias": "$create_alias", "track": values.get("event")}
    if values["type"] not in names:
        return None
    device, user, group = (values.get(key) for key in ("anonymous_id", "user_id", "group_id"))
    properties: Values = {**values["properties"], "$device_id": device}
    if "userAgent" in values["context"]:
        properties["$raw_user_agent"] = values["context"]["userAgent"]
    if group:
        properties["$groups"] = {"company": group}
    if values["type"] == "identify":
        properties |= {"$anon_distinct_id": device, "$set": values["traits"]}
    if values["type"] == "group":
        properties |= {"$group_key": group, "$group_set": values["traits"]}
    if values["type"] == "alias":
        properties["alias"] = values.get("previous_id")
    return {
        "uuid": values["message_id"],
        "event": names[values["type"]],
        "distinct_id": user or device,
        "timestamp": _text(_event_time(values)),
        "created_at": _text(values["received_at"]),
        "properties": properties,
    }


def _snowplow(values: Values) -> Values | None:
    if values["type"] not in ("track", "page", "screen"):
        return None
    name = {"page": "page_view", "screen": "screen_view", "track": values.get("event")}
    schema = "iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0"
    own = {"schema": "iglu:example/own/jsonschema/1-0-0", "data": values["properties"]}
    return {
        "event_id": values["message_id"],
        "event": "page_view" if values["type"] == "page" else "unstruct",
        "event_name": name[values["type"]],
        "unstruct_event": json.dumps({"schema": schema, "data": own}),
        "domain_userid": values["anonymous_id"],
        "user_id": values.get("user_id"),
        "collector_tstamp": _text(values["received_at"]),
        "dvce_created_tstamp": _text(values.get("original_timestamp")),
        "dvce_sent_tstamp": _text(values.get("sent_at")),
        "derived_tstamp": _text(_event_time(values)),
        "useragent": values["context"].get("userAgent"),
    }


_LINES: dict[str, Callable[[Values], Values | None]] = {
    "amplitude": _amplitude,
    "mixpanel": _mixpanel,
    "posthog": _posthog,
    "snowplow": _snowplow,
}
