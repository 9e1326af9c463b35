"""Records of a file as rows of the raw contract: columns by name, values as text.

Every value is kept as the text that the loader wrote (times and booleans in one spelling), so that
a value that is not of its type is not lost: staging quarantines its row and says which column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import yaml

from usage_warehouse.errors import RawContractError
from usage_warehouse.land.table_files import Record, flatten
from usage_warehouse.raw.declared import RawColumn, RawContract

LOADERS = ("fivetran", "airbyte", "dlt")
LOAD_TIME = "_loaded_at"
Row = dict[str, object]

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
# The end of the times that are told apart by size: below it seconds, then milli-, microseconds.
_SECONDS, _MILLISECONDS, _MICROSECONDS = 10**11, 10**14, 10**17


def squash(name: str) -> str:
    """A column's name without case and underscores: LastModifiedDate = last_modified_date."""
    return name.replace("_", "").lower()


def loader_names(loader: str, table: str) -> dict[str, tuple[str, ...]]:
    """What a loader calls the columns of a table (`source.table`): ours → theirs."""
    text = (files("usage_warehouse.land") / "loaders" / f"{loader or 'none'}.yml").read_text(
        "utf-8"
    )
    known = yaml.safe_load(text)
    return {
        ours: tuple(theirs)
        for part in (known.get("any") or {}, known.get(table) or {})
        for ours, theirs in part.items()
    }


@dataclass(frozen=True)
class Header:
    """How the columns of a file serve the contract: ours → the file's own; and what is left.

    Several columns may hold the same, as in a file with objects of an older and a newer interface.
    """

    used: Mapping[str, tuple[str, ...]]
    ignored: tuple[str, ...]


def match_header(
    contract: RawContract, found: Iterable[str], loader: str, path: Path, has_load_time: bool
) -> Header:
    """Match a file's columns with the contract's, by name.

    Raises RawContractError where a required column is missing; `has_load_time` says that the
    load time is given otherwise.
    """
    by_name: dict[str, str] = {}
    for name in found:
        by_name.setdefault(squash(name), name)
    theirs = loader_names(loader, contract.name)
    used = {}
    for column in contract.columns:
        own = column.names[0]
        spellings = (squash(name) for name in (*column.names, *theirs.get(own, ())))
        named = tuple(dict.fromkeys(by_name[name] for name in spellings if name in by_name))
        if named:
            used[own] = named
        else:
            is_given = own == LOAD_TIME and has_load_time
            if column.is_required and not is_given:
                names = ", ".join(sorted(found))
                raise RawContractError(
                    f"file {path}, table {contract.name}: the required column {own} is missing",
                    f"add it, or rename the column that holds it; found: {names}",
                )
    return Header(
        used, tuple(sorted(set(found) - {name for names in used.values() for name in names}))
    )


def expand(record: Record, contract: RawContract) -> Record:
    """A record whose JSON texts are opened where they hold columns of the contract.

    Some loaders write `recurring` as one JSON text: it is read as recurring_interval and so on.
    """
    wanted = [squash(name) for column in contract.columns for name in column.names]
    opened = dict(record)
    for name, value in record.items():
        is_object = isinstance(value, str) and value[:1] == "{"
        if is_object and any(other.startswith(squash(name)) for other in wanted):
            try:
                inner = json.loads(value)
            except json.JSONDecodeError:
                continue
            for key, item in flatten({name: inner}).items():
                opened.setdefault(key, item)
    return opened


def to_row(record: Record, contract: RawContract, header: Header) -> Row:
    """A record as a row of the contract: every column a text or None, the load time a moment.

    Of several columns that hold the same the first that says something counts; a deletion counts
    whichever of them tells it.
    """
    row: Row = {}
    for column in contract.columns:
        own = column.names[0]
        values = [record.get(name) for name in header.used.get(own, ())]
        if own == LOAD_TIME:
            row[own] = next((at for at in map(moment, values) if at), None)
            continue
        texts = [text for value in values if (text := to_text(value, column)) is not None]
        is_deleted = own == "_deleted" and "true" in texts
        row[own] = "true" if is_deleted else next(iter(texts), None)
    return row


def to_text(value: object, column: RawColumn) -> str | None:
    """A value as the text that raw keeps; None for nothing."""
    if value is None or value == "":
        return None
    if column.data_type == "timestamp":
        at = moment(value)
        return str(value) if at is None else at.strftime("%Y-%m-%d %H:%M:%S.%f")
    if column.data_type == "boolean" and column.names[0] == "_deleted":
        return _truth(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (dict, list)):
        return json.dumps(value, default=str)
    return str(value)


def _truth(value: object) -> str | None:
    """Whether a deletion is told: also by its time, as change data capture does."""
    text = str(value).strip().lower()
    if text in ("", "false", "f", "0", "no"):
        return "false"
    return "true"


def moment(value: object) -> datetime | None:
    """A moment in UTC out of ISO 8601, or of seconds, milli-, micro- or nanoseconds since 1970."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if value is None or isinstance(value, bool):
        return None
    text = str(value).strip()
    try:
        if _NUMBER.fullmatch(text):
            return _from_epoch(Decimal(text))
        at = datetime.fromisoformat(text.removesuffix(" UTC"))
    except (ValueError, OverflowError, OSError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _from_epoch(number: Decimal) -> datetime:
    size = abs(number)
    if size < _SECONDS:
        seconds = number
    elif size < _MILLISECONDS:
        seconds = number / 10**3
    elif size < _MICROSECONDS:
        seconds = number / 10**6
    else:
        seconds = number / 10**9
    whole = int(seconds // 1)
    return datetime.fromtimestamp(whole, UTC).replace(microsecond=int((seconds - whole) * 10**6))


def content(row: Mapping[str, object], names: Sequence[str]) -> tuple[object, ...]:
    """What a row says: all columns but its load time."""
    return tuple(row[name] for name in names if name != LOAD_TIME)
