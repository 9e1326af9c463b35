"""From codes to the texts of the raw contract, for a block of messages at a time.

JSON is joined from ready-made pieces, never serialised row by row.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from usage_warehouse.sample.devices import context_heads
from usage_warehouse.sample.faults import BROKEN_PROPERTIES, NO_EVENT, REVISED, SPACED
from usage_warehouse.sample.hashing import uuid_texts
from usage_warehouse.sample.options import SampleOptions, stream_key
from usage_warehouse.sample.product import (
    APP_PAGES,
    CAMPAIGNS,
    EVENTS,
    FIRST_BOT_AGENT,
    FIRST_MOBILE_AGENT,
    GROUP,
    IDENTIFY,
    JUNK_IDS,
    KINDS,
    PAGE,
    PAGE_CODE,
    PAGES,
    PRODUCT_DOMAIN,
    RELEASES,
    SERVER,
    SOURCES,
    TRACK,
    UNKNOWN_TYPE,
)

UTC_TIME = pa.timestamp("us", tz="UTC")
BROKEN_TEXT = '{"report_id":"rep_'
_TAIL_COUNT = np.array([len(event.tails) for event in EVENTS])
_TAIL_FIRST = np.cumsum(_TAIL_COUNT) - _TAIL_COUNT
_MODULUS = np.array([event.modulus for event in EVENTS])
_EVENT_PAGE = np.array([PAGE_CODE[event.page] for event in EVENTS])


@dataclass(frozen=True)
class Texts:
    """The dictionaries of texts that the codes of a message frame point to."""

    user_ids: pa.StringArray
    anonymous_ids: pa.StringArray
    account_ids: pa.StringArray
    identify_traits: pa.StringArray
    group_traits: pa.StringArray
    context_heads: pa.StringArray
    is_mobile: np.ndarray
    message_keys: np.ndarray
    start: int
    end: int


def iso_times(times: np.ndarray) -> list[str]:
    """ISO 8601 texts with milliseconds of an int64 array of microseconds."""
    return [f"{text}Z" for text in np.datetime_as_string(times.view("M8[us]"), unit="ms")]


def make_texts(
    people: pd.DataFrame,
    accounts: pd.DataFrame,
    devices: pd.DataFrame,
    anonymous_ids: Sequence[str],
    old_user_ids: Sequence[str],
    options: SampleOptions,
) -> Texts:
    """Write every text that occurs many times, once."""
    traits = [
        json.dumps(
            {"email": email, "name": name, "role": role, "title": title, "createdAt": created},
            separators=(",", ":"),
        )
        for email, name, role, title, created in zip(
            people["email"],
            people["name"],
            people["role"],
            people["title"],
            iso_times(people["created_at"].to_numpy()),
            strict=True,
        )
    ]
    columns = ["name", "plan", "region", "industry", "segment", "employees"]
    created = iso_times(accounts["created_at"].to_numpy())
    groups = [
        json.dumps({**row, "createdAt": at}, separators=(",", ":"))
        for row, at in zip(accounts[columns].to_dict("records"), created, strict=True)
    ]
    agent = devices["agent"].to_numpy()
    server = '{"library":{"name":"analytics-node","version":"2.1.0"}'
    return Texts(
        user_ids=pa.array([*people["user_id"], *old_user_ids, *JUNK_IDS]),
        anonymous_ids=pa.array([*anonymous_ids, *JUNK_IDS]),
        account_ids=pa.array(accounts["account_id"].to_list(), pa.string()),
        identify_traits=pa.array(traits, pa.string()),
        group_traits=pa.array(groups, pa.string()),
        context_heads=pa.array([*context_heads(devices), server]),
        is_mobile=np.append((agent >= FIRST_MOBILE_AGENT) & (agent < FIRST_BOT_AGENT), True),
        message_keys=stream_key(options, "message ids"),
        start=options.start,
        end=options.end,
    )


def _take(texts: pa.StringArray, codes: np.ndarray) -> pa.StringArray:
    """The text of each code, null where it is negative."""
    return texts.take(pa.array(codes.astype(np.int32), mask=codes < 0))


def _with_junk(codes: np.ndarray, texts: pa.StringArray) -> np.ndarray:
    """Codes of ids: -1 is null, -2 and below stand for the junk at the end of the texts."""
    return np.where(codes < -1, len(texts) - len(JUNK_IDS) - 2 - codes, codes)


def _join(*parts: pa.StringArray | str) -> pa.StringArray:
    return pc.binary_join_element_wise(*parts, "")


def _times(values: np.ndarray) -> pa.Array:
    return pa.array(values.view("M8[us]"), UTC_TIME)


def render(messages: pd.DataFrame, texts: Texts, files: Sequence[str]) -> pa.Table:
    """The events.messages columns of a block of messages; `files` holds _file by `file`."""
    column = {name: messages[name].to_numpy() for name in messages}
    kind, event, style = column["kind"], column["event"], column["style"]
    is_named = np.isin(kind, (TRACK, UNKNOWN_TYPE)) & (style & NO_EVENT == 0)
    is_device = column["previous"] <= -2
    previous = pc.if_else(
        pa.array(is_device),
        _take(texts.anonymous_ids, np.where(is_device, -2 - column["previous"], -1)),
        _take(texts.user_ids, np.where(is_device, -1, column["previous"])),
    )
    user = _with_junk(column["user"], texts.user_ids)
    anonymous = _with_junk(column["anonymous"], texts.anonymous_ids)
    traits = pc.coalesce(
        _take(texts.identify_traits, np.where(kind == IDENTIFY, column["person"], -1)),
        _take(texts.group_traits, np.where(kind == GROUP, column["account"], -1)),
    )
    return pa.table(
        {
            "message_id": uuid_texts(column["serial"], texts.message_keys),
            "type": _take(pa.array(KINDS), kind),
            "event": _take(pa.array([e.name for e in EVENTS]), np.where(is_named, event, -1)),
            "anonymous_id": _take(texts.anonymous_ids, anonymous),
            "user_id": _take(texts.user_ids, user),
            "group_id": _take(texts.account_ids, column["account"]),
            "previous_id": previous,
            "original_timestamp": _times(column["original_timestamp"]),
            "sent_at": _times(column["sent_at"]),
            "received_at": _times(column["received_at"]),
            "timestamp": _times(column["timestamp"]),
            "properties": _properties(column),
            "traits": traits,
            "context": _context(column, texts),
            "_file": _take(pa.array(files, pa.string()), column["file"]),
            "_row": pa.array(column["row"].astype(np.int64)),
            "_loaded_at": _times(column["loaded_at"]),
            "_source": _take(pa.array(SOURCES), column["source"]),
        }
    )


def _properties(column: dict[str, np.ndarray]) -> pa.StringArray:
    event, style = column["event"], column["style"]
    known = np.maximum(event, 0)
    openings = pa.array(["{", "{ ", '{"revision":2,'])
    opening = np.where(style & REVISED, 2, np.where(style & SPACED, 1, 0))
    heads = pa.array([e.head for e in EVENTS])
    tails = pa.array([tail for e in EVENTS for tail in e.tails])
    tail = _TAIL_FIRST[known] + column["choice"] % _TAIL_COUNT[known]
    number = pa.array(column["number"] % _MODULUS[known] + 1).cast(pa.string())
    text = _join(_take(openings, opening), _take(heads, event), number, _take(tails, tail))
    if not (style & BROKEN_PROPERTIES).any():
        return text
    return pc.if_else(pa.array(style & BROKEN_PROPERTIES != 0), BROKEN_TEXT, text)


def _context(column: dict[str, np.ndarray], texts: Texts) -> pa.StringArray:
    kind, device, event = column["kind"], column["device"], column["event"]
    machine = np.where(device >= 0, device, len(texts.context_heads) - 1)
    release = (column["at"] - texts.start) * len(RELEASES) // (texts.end - texts.start)
    apps = pa.array([f',"app":{{"name":"tasklight","version":"{name}"}}' for name in RELEASES])
    page = np.where(kind == PAGE, column["choice"] % len(PAGES), _EVENT_PAGE[np.maximum(event, 0)])
    page[texts.is_mobile[machine] | (column["source"] == SERVER)] = len(PAGES)
    campaigns = [
        f',"campaign":{{"source":"{source}","medium":"{medium}","name":"{name}"}}'
        for source, medium, name in CAMPAIGNS
    ]
    consents = ["}", ',"consent":{"analytics":true}}', ',"consent":{"analytics":false}}']
    return _join(
        _take(texts.context_heads, machine),
        _take(apps, np.clip(release, 0, len(RELEASES) - 1)),
        _take(pa.array([*_page_texts(), ""]), page),
        _take(pa.array([*campaigns, ""]), column["campaign"] % (len(campaigns) + 1)),
        _take(pa.array(consents), column["consent"]),
    )


def _page_texts() -> list[str]:
    return [
        f',"page":{{"path":"{path}","title":"{title}",'
        f'"url":"https://{"app" if code < len(APP_PAGES) else "www"}.{PRODUCT_DOMAIN}{path}"}}'
        for code, (path, title) in enumerate(PAGES)
    ]
