"""The parts that every format shares: one parsed block, refused lines, the SQL session."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from usage_warehouse.land.message_sql import MACROS, MESSAGE_SQL, PLAIN_MESSAGE_SQL
from usage_warehouse.land.stream import LineBlock

BATCH_ROWS = 8192
WORKERS = 2


@dataclass(frozen=True)
class Reject:
    """A line that could not be parsed: number, reason and SHA-256 of its bytes (no line end)."""

    row: int
    reason: str
    line_sha256: str


@dataclass(frozen=True)
class ParsedBlock:
    """Messages of one block and the account of its lines.

    `messages` has the columns of MESSAGE_SQL. `other_lines` counts physical lines that are
    neither a message nor refused: blank ones, a header, the tail of a multi-line record.
    """

    messages: pa.Table | None = None
    rejects: list[Reject] = field(default_factory=list)
    other_lines: int = 0


class MessageEngine:
    """A DuckDB in memory with the macros of MESSAGE_SQL.

    `reads_odd_times` is set by the first block that needs them.
    """

    def __init__(self) -> None:
        self.reads_odd_times = False
        self.connection = duckdb.connect()
        self.connection.execute("set timezone = 'UTC'")
        for macro in MACROS:
            self.connection.execute(macro)

    def close(self) -> None:
        """Give its memory back."""
        self.connection.close()


class MessageEngines:
    """The engines of a load: one that reads files, and WORKERS that parse blocks at one time.

    An engine of DuckDB works through a relation in memory on one core.
    """

    def __init__(self) -> None:
        self.reader = MessageEngine()
        self._workers = [MessageEngine() for _ in range(WORKERS)]
        self._idle: SimpleQueue[MessageEngine] = SimpleQueue()
        for engine in self._workers:
            self._idle.put(engine)

    def __enter__(self) -> MessageEngines:
        return self

    def __exit__(self, *exc: object) -> None:
        for engine in (self.reader, *self._workers):
            engine.close()

    @contextmanager
    def worker(self) -> Iterator[MessageEngine]:
        """An engine that nobody uses; waits for one."""
        engine = self._idle.get()
        try:
            yield engine
        finally:
            self._idle.put(engine)


@dataclass(frozen=True)
class MessageSession:
    """One file's way through the engine: relations of text fields become its messages.

    `stamp` holds the parameters of MESSAGE_SQL.
    """

    engine: MessageEngine
    stamp: Mapping[str, str]

    def messages(self, fields_sql: str, lines: pa.Table) -> pa.Table:
        """Run `fields_sql` (CTEs that end in `fields`) over the relation `lines`, in order."""
        if not self.engine.reads_odd_times:
            messages = self._run(f"with {fields_sql},\n{PLAIN_MESSAGE_SQL}", lines, self.stamp)
            if not pc.any(messages["has_unread_time"]).as_py():
                return messages
            self.engine.reads_odd_times = True
        return self._run(f"with {fields_sql},\n{MESSAGE_SQL}", lines, self.stamp)

    def query(self, sql: str, lines: pa.Table) -> pa.Table:
        """Run any query over the relation `lines`."""
        return self._run(sql, lines, {})

    def _run(self, sql: str, lines: pa.Table, parameters: Mapping[str, str]) -> pa.Table:
        batches = pa.Table.from_batches(lines.to_batches(max_chunksize=BATCH_ROWS), lines.schema)
        self.engine.connection.register("lines", batches)
        try:
            return self.engine.connection.execute(sql, parameters or None).to_arrow_table()
        finally:
            self.engine.connection.unregister("lines")


def line_hash(line: bytes) -> str:
    """SHA-256 of a line without its line end."""
    return hashlib.sha256(line).hexdigest()


def unreadable_lines(block: LineBlock, max_line_bytes: int) -> dict[int, str]:
    """Lines (index in the block) whose bytes are no text to parse, with the reason."""
    found: dict[int, str] = {}
    if b"\0" in block.data:
        zeros = np.flatnonzero(np.frombuffer(block.data, dtype=np.uint8) == 0)
        lines = np.searchsorted(block.offsets, zeros, side="right") - 1
        found.update(dict.fromkeys(np.unique(lines).tolist(), "nul_byte"))
    try:
        line_texts(block).validate(full=True)
    except pa.ArrowInvalid:
        for index in range(len(block)):
            try:
                block.line(index).decode()
            except UnicodeDecodeError:
                found[index] = "bad_encoding"
    too_long = np.flatnonzero(np.diff(block.offsets) > max_line_bytes)
    found.update(dict.fromkeys(too_long.tolist(), "line_too_long"))
    return found


def line_texts(block: LineBlock) -> pa.StringArray:
    """The lines as a text array over the block's own bytes (no copy, not yet validated)."""
    return pa.StringArray.from_buffers(
        len(block), pa.py_buffer(block.offsets), pa.py_buffer(block.data)
    )
