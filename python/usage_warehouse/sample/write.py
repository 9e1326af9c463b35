"""Put the messages of the sample company on disk: Parquet batches, rejects, JSON lines."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from usage_warehouse.sample.options import DAY, HOUR, LOAD_HOUR
from usage_warehouse.sample.product import SOURCES, UNPARSABLE
from usage_warehouse.sample.render import Texts, iso_times, render

Progress = Callable[[str, int, int], None]
BLOCK_ROWS = 60_000
_DICTIONARY_COLUMNS = [
    "type",
    "event",
    "anonymous_id",
    "user_id",
    "group_id",
    "previous_id",
    "traits",
    "_file",
    "_loaded_at",
    "_source",
]
_UNPARSABLE_LINES = (
    '{{"messageId":"lost-{n}","type":"track","event":"task_cre',
    "upstream connect error, request {n}",
    '{{"messageId":"lost-{n}","type":track}}',
    '["lost", {n}]',
)
_LINE_KEYS = {
    "message_id": "messageId",
    "type": "type",
    "event": "event",
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


def in_file_order(messages: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Sort into load batches and number the lines of each file from 1.

    Returns the messages with the columns `file` (position in the list of names) and `row`,
    and that list. A file holds the lines of one source and one load, unparsable ones too.
    """
    keys = ("outcome", "serial", "order_at", "source", "loaded_at")
    order = np.lexsort([messages[name].to_numpy() for name in keys])
    messages = messages.take(order).reset_index(drop=True)
    loaded, source = messages["loaded_at"].to_numpy(), messages["source"].to_numpy()
    is_first = np.append(True, (loaded[1:] != loaded[:-1]) | (source[1:] != source[:-1]))
    firsts = np.flatnonzero(is_first)
    file = np.cumsum(is_first) - 1
    names = [
        f"{SOURCES[source[row]]}_{batch_name(int(loaded[row]))}.jsonl.gz" for row in firsts.tolist()
    ]
    row = np.arange(len(messages)) - firsts[file] + 1
    return messages.assign(file=file.astype(np.int32), row=row.astype(np.int32)), names


def batch_name(loaded_at: int) -> str:
    """Name of the batch of one load: its date, marked when it is a backfill."""
    day = str(np.datetime64(loaded_at, "us").astype("M8[D]"))
    return day if loaded_at % DAY == LOAD_HOUR * HOUR else f"{day}_late"


def _blocks(loaded_at: np.ndarray) -> Iterator[list[tuple[int, int]]]:
    """Groups of whole batches, as (first row, end row), of about BLOCK_ROWS together."""
    cuts = np.flatnonzero(np.append(True, loaded_at[1:] != loaded_at[:-1])).tolist()
    group: list[tuple[int, int]] = []
    for first, end in zip(cuts, [*cuts[1:], len(loaded_at)], strict=True):
        group.append((first, end))
        if end - group[0][0] >= BLOCK_ROWS:
            yield group
            group = []
    if group:
        yield group


def write_batches(
    messages: pd.DataFrame,
    names: list[str],
    texts: Texts,
    folder: Path,
    lines_folder: Path | None,
    progress: Progress,
) -> int:
    """Write one Parquet file per batch under `folder`/events; returns the number of files."""
    written = 0
    loaded = messages["loaded_at"].to_numpy()
    is_line = messages["kind"].to_numpy() == UNPARSABLE
    for group in _blocks(loaded):
        first, last = group[0][0], group[-1][1]
        good = ~is_line[first:last]
        table = render(messages.iloc[first:last][good], texts, names)
        before = np.append(0, np.cumsum(good))
        for begin, end in group:
            start = int(before[begin - first])
            part = table.slice(start, int(before[end - first]) - start)
            bad = messages.iloc[begin:end][~good[begin - first : end - first]]
            written += _write_batch(part, bad, names, int(loaded[begin]), folder)
            if lines_folder is not None:
                _write_lines(part, bad, names, lines_folder)
        progress("writing batches", last, len(messages))
    return written


def _write_batch(
    table: pa.Table, bad: pd.DataFrame, names: list[str], loaded_at: int, folder: Path
) -> int:
    """Write the messages and the rejects of one load, where there are any."""
    name = batch_name(loaded_at)
    written = 0
    if len(table):
        path = folder / "events" / "messages" / name[:4] / name[5:7] / f"batch_{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(
            table,
            path,
            compression="zstd",
            compression_level=1,
            use_dictionary=_DICTIONARY_COLUMNS,
        )
        written += 1
    if len(bad):
        path = folder / "events" / "rejects" / f"batch_{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(_rejects(bad, names), path, compression="zstd")
        written += 1
    return written


def _bad_lines(bad: pd.DataFrame) -> list[str]:
    return [
        _UNPARSABLE_LINES[choice].format(n=number)
        for choice, number in zip(bad["choice"], bad["number"], strict=True)
    ]


def _rejects(bad: pd.DataFrame, names: list[str]) -> pa.Table:
    """The events.rejects columns of unparsable lines; the hash is of the line's bytes."""
    lines = _bad_lines(bad)
    return pa.table(
        {
            "_file": [names[file] for file in bad["file"]],
            "_row": pa.array(bad["row"].to_numpy().astype(np.int64)),
            "reason": ["not_an_object" if text[0] == "[" else "not_json" for text in lines],
            "line_sha256": [hashlib.sha256(text.encode()).hexdigest() for text in lines],
            "_loaded_at": pa.array(
                bad["loaded_at"].to_numpy().view("M8[us]"), pa.timestamp("us", tz="UTC")
            ),
            "_source": [SOURCES[source] for source in bad["source"]],
        }
    )


def _write_lines(table: pa.Table, bad: pd.DataFrame, names: list[str], folder: Path) -> None:
    """Write a batch as gzipped JSON lines, one file per source, bad lines in their rows."""
    frame = pd.DataFrame(
        {
            "file": table["_file"].to_pandas(),
            "row": table["_row"].to_numpy(),
            "line": _json_lines(table).to_pandas(),
        }
    )
    wrong = pd.DataFrame(
        {
            "file": [names[file] for file in bad["file"]],
            "row": bad["row"].to_numpy().astype(np.int64),
            "line": _bad_lines(bad),
        }
    )
    whole = pd.concat([frame, wrong]) if len(wrong) else frame
    for name, rows in whole.sort_values(["file", "row"]).groupby("file", sort=True):
        text = "\n".join(rows["line"]) + "\n"
        (folder / str(name)).write_bytes(gzip.compress(text.encode(), compresslevel=3, mtime=0))


def _json_lines(table: pa.Table) -> pa.StringArray:
    """One JSON object per message in the Segment shape; a null column has no key."""
    parts: list[pa.StringArray] = []
    for name, key in _LINE_KEYS.items():
        values = table[name].combine_chunks()
        before, after = f',"{key}":"', '"'
        if pa.types.is_timestamp(values.type):
            filled = values.fill_null(0).cast(pa.int64()).to_numpy()
            times = pa.array(iso_times(filled), pa.string())
            values = pc.if_else(values.is_valid(), times, None)
        elif name in ("properties", "traits", "context"):
            whole = pc.ends_with(values.fill_null("}"), "}")
            quoted = _join_text('"', pc.replace_substring(values, '"', '\\"'), '"')
            values = pc.if_else(whole, values, quoted)
            before, after = f',"{key}":', ""
        if name == "message_id":
            before = before.replace(",", "{")
        parts.append(_join_text(before, values, after).fill_null(""))
    return _join_text(*parts, "}")


def _join_text(*parts: pa.StringArray | str) -> pa.StringArray:
    return pc.binary_join_element_wise(*parts, "")
