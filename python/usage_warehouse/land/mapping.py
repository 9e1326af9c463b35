"""Which column of a file is which column of the raw contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from usage_warehouse.errors import BadInvocation

# contract column -> the key that Segment's and RudderStack's messages use for it
CONTRACT_KEYS: dict[str, str] = {
    "message_id": "messageId",
    "type": "type",
    "event": "event",
    "name": "name",
    "anonymous_id": "anonymousId",
    "user_id": "userId",
    "group_id": "groupId",
    "previous_id": "previousId",
    "original_timestamp": "originalTimestamp",
    "sent_at": "sentAt",
    "received_at": "receivedAt",
    "timestamp": "timestamp",
    "properties": "properties",
    "traits": "traits",
    "context": "context",
}
ID_COLUMNS = (
    "message_id",
    "type",
    "event",
    "name",
    "anonymous_id",
    "user_id",
    "group_id",
    "previous_id",
)
TIME_COLUMNS = ("original_timestamp", "sent_at", "received_at", "timestamp")
JSON_COLUMNS = ("properties", "traits", "context")


@dataclass(frozen=True)
class CsvColumns:
    """Positions of a CSV's columns: `contract` by contract name, `extra` by property name."""

    width: int
    contract: Mapping[str, int]
    extra: Mapping[str, int]


def parse_map(text: str) -> dict[str, str]:
    """Read `user_id=customer,event=action` into {contract column: file column}.

    Raises BadInvocation for a pair that is not one, an unknown or a repeated contract column.
    """
    mapping: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        target, equals, column = (part.strip() for part in pair.partition("="))
        if not (target and equals and column):
            raise BadInvocation(
                f"--map: {pair!r} is not of the form contract_column=file_column",
                "write it like --map user_id=customer,event=action,timestamp=time",
            )
        if target not in CONTRACT_KEYS:
            is_swapped = column in CONTRACT_KEYS
            raise BadInvocation(
                f"--map: {target!r} is not a column of the raw contract",
                f"swap the sides: {column}={target}"
                if is_swapped
                else f"use one of {', '.join(CONTRACT_KEYS)} on the left",
            )
        if target in mapping:
            raise BadInvocation(f"--map: {target!r} is given twice", "map each column once")
        mapping[target] = column
    return mapping


def csv_columns(file: str, header: Sequence[str], mapping: Mapping[str, str]) -> CsvColumns:
    """Resolve a CSV header: named pairs first, then contract names, the rest as properties.

    Raises BadInvocation, naming file and columns found, when a mapped column is missing or
    stands twice, or when nothing gives an event, a time or a person.
    """
    names = [name.strip() for name in header]
    counts = Counter(names)
    found = f"columns found: {', '.join(name or '(empty)' for name in names)}"
    wanted = dict(mapping)
    for target, key in CONTRACT_KEYS.items():
        for name in (target, key):
            if target not in wanted and name in counts and name not in mapping.values():
                wanted[target] = name
    for target, name in wanted.items():
        if name not in counts:
            raise BadInvocation(
                f"{file}: no column {name!r} to map to {target}; {found}",
                "name a column of the file on the right of --map",
            )
        if counts[name] > 1:
            raise BadInvocation(
                f"{file}: column {name!r}, read as {target}, stands {counts[name]} times; {found}",
                "rename the columns of the header so that each is unique",
            )
    _require(file, wanted, found)
    contract = {target: names.index(name) for target, name in wanted.items()}
    return CsvColumns(len(names), contract, _extra_columns(names, set(wanted.values())))


def _require(file: str, wanted: Mapping[str, str], found: str) -> None:
    """A file of messages needs a name of the event, a time and somebody who did it."""
    needs = (
        ("event", ("event", "type")),
        ("timestamp", ("timestamp", "received_at", "original_timestamp", "sent_at")),
        ("user_id", ("user_id", "anonymous_id")),
    )
    for target, alternatives in needs:
        if not any(column in wanted for column in alternatives):
            raise BadInvocation(
                f"{file}: no column for {' or '.join(alternatives)}; {found}",
                f"say which one it is: --map {target}=COLUMN",
            )


def _extra_columns(names: Sequence[str], used: set[str]) -> dict[str, int]:
    """Name the remaining columns as properties: repeated names get _2, _3, empty ones a number."""
    extra: dict[str, int] = {}
    for position, name in enumerate(names):
        if name in used:
            continue
        base = name or f"column_{position + 1}"
        label, copy = base, 1
        while label in extra:
            copy += 1
            label = f"{base}_{copy}"
        extra[label] = position
    return extra
