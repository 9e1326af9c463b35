"""From a failing pack to a small case: which history fails, and with how few of its rows.

Method. Candidates for removal (first whole files, then ever smaller groups of rows) are tried
*together*: each becomes a variant of the history under a prefix of its own, and all variants
are packed into one replay, so that a round costs as much as one history. Whatever can be left
out alone is then left out cumulatively, again in one replay, and the largest part that still
fails is taken: delta debugging (Zeller and Hildebrandt, 2002) with parallel trials. It ends
when no single row can be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

from usage_warehouse.replay.compare import Difference
from usage_warehouse.replay.files import raw_schema
from usage_warehouse.replay.pack import Pack, write_definitions, write_step
from usage_warehouse.replay.rows import History, Message

# The prefixes of the histories of a pack that fail.
Failing = Callable[[Pack], set[str]]
TRIALS = 48


def suspects(pack: Pack, differences: Sequence[Difference], failing: Failing) -> list[str]:
    """Prefixes of the histories that differ; where no row names one, found by halving.

    Empty when the difference appears in no half of the pack.
    """
    named = {prefix for difference in differences for prefix in difference.histories}
    if named:
        return sorted(named)
    histories = pack.histories
    while len(histories) > 1:
        middle = len(histories) // 2
        for half in (histories[:middle], histories[middle:]):
            if failing(replace(pack, histories=half)):
                histories = half
                break
        else:
            return []
    return [history.prefix for history in histories]


def failing_prefixes(pack: Pack, differences: Sequence[Difference]) -> set[str]:
    """Which histories of a pack these differences belong to; a lone history owns any."""
    if len(pack.histories) == 1:
        return {pack.histories[0].prefix} if differences else set()
    return {prefix for difference in differences for prefix in difference.histories}


def shrink(
    pack: Pack, prefix: str, failing: Failing, progress: Callable[[str], None] = lambda text: None
) -> Pack:
    """The history `prefix` alone, with as few rows as still fail.

    Returns the whole history alone where it does fail alone but its variants cannot be told
    apart. Raises LookupError when it does not fail alone.
    """
    history = next(one for one in pack.histories if one.prefix == prefix)
    alone = replace(pack, histories=(history,))
    if not failing(alone):
        raise LookupError(f"{prefix} does not fail alone")
    rows = _without_removable(alone, _by_file(history.messages), failing)
    size = TRIALS
    while True:
        progress(f"{prefix}: {len(rows)} rows left")
        groups = _groups(rows, size)
        kept = _without_removable(_with_rows(alone, rows), groups, failing)
        if len(kept) == len(rows) and len(groups) == len(rows):
            return _with_rows(alone, rows)
        # No group can go as a whole: try smaller ones.
        size = size if len(kept) < len(rows) else 2 * size
        rows = kept


def _without_removable(
    pack: Pack, groups: Sequence[tuple[Message, ...]], failing: Failing
) -> tuple[Message, ...]:
    """The rows of the pack's history without as many of these groups as can go."""
    history = pack.histories[0]
    removable = _which_fail(pack, [_minus(history, [group]) for group in groups], failing)
    removed = [groups[place] for place in removable]
    if len(removed) < 2:
        return _minus(history, removed).messages
    parts = [_minus(history, removed[: count + 1]) for count in range(len(removed))]
    still = _which_fail(pack, parts, failing)
    return parts[still[-1] if still else 0].messages


def _which_fail(pack: Pack, variants: Sequence[History], failing: Failing) -> list[int]:
    """Places of the variants that fail, each under a prefix of its own, in few replays."""
    found = []
    for first in range(0, len(variants), TRIALS):
        chosen = variants[first : first + TRIALS]
        packed = tuple(
            _renamed(variant, f"{variant.prefix}v{first + place}")
            for place, variant in enumerate(chosen)
            if variant.messages
        )
        names = failing(replace(pack, histories=packed)) if packed else set()
        found += [
            first + place
            for place, variant in enumerate(chosen)
            if f"{variant.prefix}v{first + place}" in names
        ]
    return found


def _minus(history: History, groups: Sequence[tuple[Message, ...]]) -> History:
    gone = {id(message) for group in groups for message in group}
    kept = tuple(message for message in history.messages if id(message) not in gone)
    return replace(history, messages=kept)


def _with_rows(pack: Pack, rows: tuple[Message, ...]) -> Pack:
    return replace(pack, histories=(replace(pack.histories[0], messages=rows),))


def _by_file(rows: Sequence[Message]) -> list[tuple[Message, ...]]:
    names = dict.fromkeys(row.slot for row in rows)
    return [tuple(row for row in rows if row.slot == name) for name in names]


def _groups(rows: Sequence[Message], count: int) -> list[tuple[Message, ...]]:
    """At most `count` groups of neighbours, as equal as can be."""
    count = min(count, len(rows))
    cuts = [place * len(rows) // count for place in range(count + 1)] if count else [0]
    return [tuple(rows[low:high]) for low, high in pairwise(cuts)]


def _renamed(history: History, prefix: str) -> History:
    """The history under another prefix; the order of its ids stays what it was."""
    old, new = f"{history.prefix}-", f"{prefix}-"
    messages = tuple(
        replace(
            message,
            values={
                name: value.replace(old, new) if isinstance(value, str) else value
                for name, value in message.values.items()
            },
        )
        for message in history.messages
    )
    actors = tuple((kind, value.replace(old, new)) for kind, value in history.internal_actors)
    return History(prefix, messages, actors)


def write_case(pack: Pack, folder: Path, *, empty_plan: bool = False) -> Path:
    """Write a pack into `folder`; returns the path of a table to read, `folder/case.md`.

    `folder/step_N` is the raw folder at each step, `folder/seeds` holds the definitions.
    """
    actors = [row for history in pack.histories for row in history.internal_actors]
    write_definitions(folder / "seeds", actors, empty_plan=empty_plan)
    for step in range(1, pack.steps + 1):
        write_step(pack, step, folder / f"step_{step}")
    table = folder / "case.md"
    table.write_text(describe_case(pack), encoding="utf-8")
    return table


def describe_case(pack: Pack) -> str:
    """The files and rows of a pack as Markdown; columns that no row fills are left out."""
    messages = [message for history in pack.histories for message in history.messages]
    slots = {slot.name: slot for slot in pack.slots}
    used = dict.fromkeys(name for message in messages for name in message.values)
    columns = [name for name in used if any(row.values.get(name) is not None for row in messages)]
    lines = ["| table | file | appears | goes | changes | rows of | " + " | ".join(columns) + " |"]
    lines.append("|" + " --- |" * (len(columns) + 6))
    for message in sorted(messages, key=lambda row: (slots[row.slot].arrives, row.slot, row.table)):
        slot = slots[message.slot]
        cells = [message.table, slot.name, slot.arrives, slot.leaves, slot.changes, message.edition]
        schema = raw_schema(message.table)
        cells += [_shown(name, message.values.get(name), schema) for name in columns]
        texts = ("" if cell is None else str(cell).replace("|", "\\|") for cell in cells)
        lines.append("| " + " | ".join(texts) + " |")
    return "\n".join(lines) + "\n"


def _shown(column: str, value: object, schema: pa.Schema) -> object:
    if isinstance(value, int) and pa.types.is_timestamp(schema.field(column).type):
        return _moment(value)
    return value


def _moment(microseconds: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
