"""Landed files on disk: what is there, and how a new one appears whole or not at all.

A file's content hash names its Parquet files, and their footers say what was landed: there
is no second list that could disagree. `events/messages/<load date>/<hash>.parquet` appears
last (or, when no line was good, `events/rejects/<hash>.parquet` alone), so its presence means
that the landing was completed; an interrupted one is simply done again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from usage_warehouse.errors import BadInvocation, RawContractError
from usage_warehouse.land.blocks import Reject

FOOTER_KEY = b"usage_landing"
PARTIAL = ".partial"
_TIME = pa.timestamp("us", tz="UTC")
MESSAGE_SCHEMA = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in ("message_id", "type", "event", "anonymous_id")),
        *(pa.field(name, pa.string()) for name in ("user_id", "group_id", "previous_id")),
        *(pa.field(name, _TIME) for name in ("original_timestamp", "sent_at", "received_at")),
        pa.field("timestamp", _TIME),
        *(pa.field(name, pa.string()) for name in ("properties", "traits", "context", "_file")),
        pa.field("_row", pa.int64()),
        pa.field("_loaded_at", _TIME),
        pa.field("_source", pa.string()),
    ]
)
REJECT_SCHEMA = pa.schema(
    [
        pa.field("_file", pa.string()),
        pa.field("_row", pa.int64()),
        pa.field("reason", pa.string()),
        pa.field("line_sha256", pa.string()),
        pa.field("_loaded_at", _TIME),
        pa.field("_source", pa.string()),
    ]
)
# only columns of few values are worth a dictionary
_FEW_VALUES = ["type", "event", "reason", "_file", "_loaded_at", "_source"]


@dataclass(frozen=True)
class Footer:
    """What the Parquet footer says about the landing that wrote the file."""

    content_sha256: str
    file: str
    format: str
    mapping: dict[str, str]
    lines: int
    landed: int
    rejected: dict[str, int]


def messages_folder(raw: Path) -> Path:
    """Folder of the landed messages."""
    return raw / "events" / "messages"


def rejects_path(raw: Path, content_hash: str) -> Path:
    """Where the refused lines of one content stand."""
    return raw / "events" / "rejects" / f"{content_hash}.parquet"


def messages_path(raw: Path, content_hash: str, loaded_at: datetime) -> Path:
    """Where the messages of one content stand: by date of the load."""
    return messages_folder(raw) / f"{loaded_at:%Y-%m-%d}" / f"{content_hash}.parquet"


def find_landed(raw: Path, content_hash: str) -> tuple[Path, Footer | None] | None:
    """The Parquet file that proves this content landed, with its footer; None when it did not."""
    for path in sorted(messages_folder(raw).glob(f"*/{content_hash}.parquet")):
        return path, read_footer(path)
    path = rejects_path(raw, content_hash)
    if path.is_file():
        footer = read_footer(path)
        if footer is not None and footer.landed == 0:
            return path, footer
    return None


class LandedNames:
    """Which landed contents came under which file name; reads all footers once, when asked."""

    def __init__(self, raw: Path) -> None:
        self._raw = raw
        self._paths: dict[str, list[Path]] | None = None

    def others(self, file: str, content_hash: str) -> list[Path]:
        """Landed messages of files of this name with other content."""
        if self._paths is None:
            self._paths = {}
            for path in sorted(messages_folder(self._raw).rglob("*.parquet")):
                footer = read_footer(path)
                if footer is not None:
                    self.add(footer.file, path)
        return [path for path in self._paths.get(file, []) if path.stem != content_hash]

    def add(self, file: str, path: Path) -> None:
        """Note a file that has just landed."""
        if self._paths is not None:
            self._paths.setdefault(file, []).append(path)


def read_footer(path: Path) -> Footer | None:
    """The landing's account in a Parquet footer; None for a file that landing did not write."""
    try:
        text = (pq.read_metadata(path).metadata or {}).get(FOOTER_KEY)
    except (pa.ArrowException, OSError) as error:
        raise RawContractError(
            f"{path} is not readable as Parquet: {error}", "remove it and land its file again"
        ) from error
    return Footer(**json.loads(text)) if text else None


class PendingParquet:
    """A Parquet file under a temporary name, made at the first row, until `commit`."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        self._schema = schema
        self._temporary = path.with_name(f".{path.stem}.{os.getpid()}{PARTIAL}")
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Append the columns of the schema out of `table`."""
        if not table.num_rows:
            return
        if self._writer is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(
                self._temporary,
                self._schema,
                compression="zstd",
                compression_level=1,
                use_dictionary=[name for name in _FEW_VALUES if name in self._schema.names],
            )
        self._writer.write_table(table.select(self._schema.names).cast(self._schema))

    def commit(self, footer: Footer) -> Path | None:
        """Put the finished file in place; None when there was no row to write.

        Flushed to disk, then renamed: readers see the whole file or none.
        """
        if self._writer is None:
            return None
        text = json.dumps(asdict(footer), sort_keys=True)
        self._writer.add_key_value_metadata({FOOTER_KEY: text.encode()})
        self._writer.close()
        self._writer = None
        for leftover in self._path.parent.glob(f".{self._path.stem}.*{PARTIAL}"):
            if leftover != self._temporary and not _is_being_written(leftover):
                leftover.unlink(missing_ok=True)
        _flush(self._temporary)
        os.replace(self._temporary, self._path)
        _flush(self._path.parent)
        return self._path

    def discard(self) -> None:
        """Remove the temporary file, unless it is committed (then there is none)."""
        if self._writer is not None:
            with suppress(OSError, pa.ArrowException):
                self._writer.close()
            self._writer = None
        with suppress(OSError):
            self._temporary.unlink()


def rejects_table(
    rejects: Sequence[Reject], file: str, loaded_at: datetime, source: str
) -> pa.Table:
    """Refused lines as rows of `events.rejects`."""
    count = len(rejects)
    columns = {
        "_file": [file] * count,
        "_row": [reject.row for reject in rejects],
        "reason": [reject.reason for reject in rejects],
        "line_sha256": [reject.line_sha256 for reject in rejects],
        "_loaded_at": [loaded_at] * count,
        "_source": [source] * count,
    }
    return pa.table(columns, schema=REJECT_SCHEMA)


@contextmanager
def disk_errors(raw: Path) -> Iterator[None]:
    """Turn a full, read-only or forbidden disk into one clear message."""
    try:
        yield
    except OSError as error:
        raise BadInvocation(
            f"cannot write below {raw}: {error}",
            "check space and permissions, or name another folder with --raw or USAGE_RAW; "
            "nothing half-written is left",
        ) from error


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_being_written(leftover: Path) -> bool:
    """Whether the process that writes this temporary file is still there."""
    try:
        os.kill(int(leftover.name.split(".")[-2]), 0)
    except (ProcessLookupError, ValueError):
        return False
    except OSError:
        return True
    return True
