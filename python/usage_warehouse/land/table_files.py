"""Files of a table as records: column name → value, from CSV, JSON or Parquet.

Nothing is interpreted here but the format. Nested JSON objects become columns by path,
`recurring: {interval: month}` is `recurring_interval: month`; the object itself stays too.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from usage_warehouse.errors import BadInvocation, RawContractError

Record = Mapping[str, object]
DEEPEST = 3
csv.field_size_limit(1 << 27)


def read_records(path: Path) -> Iterator[tuple[int, Record]]:
    """The rows of a file with their numbers, from 1 (of a CSV: the line where the row ends).

    Raises BadInvocation where the file is missing, and RawContractError, naming file and row,
    where it cannot be read: a row with too many or too few fields, broken JSON, other bytes than
    UTF-8, a header with one name twice.
    """
    if not path.is_file():
        raise BadInvocation(f"there is no file '{path}'", "name files that exist")
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(".parquet"):
        yield from _read_parquet(path)
        return
    try:
        text = _read_text(path)
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
        raise RawContractError(
            f"file {path}: it cannot be read as text: {type(error).__name__}",
            "write it in UTF-8, plain or as a whole gzip file",
        ) from error
    if name.endswith((".json", ".jsonl", ".ndjson")) or text.lstrip()[:1] in ("{", "["):
        yield from _read_json(path, text)
    else:
        yield from _read_csv(path, text)


def _read_text(path: Path) -> str:
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return data.decode("utf-8-sig")


def _read_csv(path: Path, text: str) -> Iterator[tuple[int, Record]]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        twice = sorted({name for name in header if header.count(name) > 1})
        if twice:
            raise RawContractError(
                f"file {path}, row 1: the header has {', '.join(twice)} more than once",
                "give every column a name of its own",
            )
        for row in rows:
            if not row:
                continue
            if len(row) != len(header):
                raise RawContractError(
                    f"file {path}, row {rows.line_num}: it has {len(row)} fields, the header"
                    f" {len(header)}",
                    "quote texts that hold commas or line breaks, or write the file again",
                )
            yield (
                rows.line_num,
                {name: cell or None for name, cell in zip(header, row, strict=True)},
            )
    except csv.Error as error:
        raise RawContractError(
            f"file {path}, row {rows.line_num}: it is no CSV: {error}", "write the file again"
        ) from error


def _read_json(path: Path, text: str) -> Iterator[tuple[int, Record]]:
    """JSON lines, one array of objects, or one object."""
    try:
        if text.lstrip().startswith("["):
            objects = list(enumerate(json.loads(text), start=1))
        else:
            try:
                lines = enumerate(text.split("\n"), start=1)
                objects = [(number, json.loads(line)) for number, line in lines if line.strip()]
            except json.JSONDecodeError:
                objects = [(1, json.loads(text))]
    except json.JSONDecodeError as error:
        raise RawContractError(
            f"file {path}, row {error.lineno}: it is no JSON: {error.msg}",
            "write one object per line, or one array of objects",
        ) from error
    for number, item in objects:
        if not isinstance(item, dict):
            raise RawContractError(
                f"file {path}, row {number}: it is no object", "write one object per line"
            )
        yield number, flatten(item)


def _read_parquet(path: Path) -> Iterator[tuple[int, Record]]:
    try:
        file = pq.ParquetFile(path)
        number = 0
        for batch in file.iter_batches():
            for record in batch.to_pylist():
                number += 1
                yield number, flatten(record)
    except (pa.ArrowException, OSError) as error:
        raise RawContractError(
            f"file {path}: it is not readable as Parquet: {error}", "write the file again"
        ) from error


def flatten(item: Mapping[str, object]) -> dict[str, object]:
    """An object with its nested objects as columns by path, to a depth of three."""
    flat: dict[str, object] = {}
    _flatten(item, "", DEEPEST, flat)
    return flat


def _flatten(item: Mapping, prefix: str, depth: int, flat: dict[str, object]) -> None:
    for key, value in item.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            flat[name] = json.dumps(value)
            if depth > 0:
                _flatten(value, f"{name}_", depth - 1, flat)
        elif isinstance(value, list):
            flat[name] = json.dumps(value, default=str)
        else:
            flat[name] = value
