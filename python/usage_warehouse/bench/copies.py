"""Raw data of any size with exact answers: the sample company, copied with ids of its own.

Copy 0 keeps its ids, copy k gets the suffix `~k` on every message, device, user and account id.
Copies share nothing, so every count of a warehouse of n copies is n times that of one.
"""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from usage_warehouse.raw.load_units import raw_files
from usage_warehouse.sample.make import make_sample
from usage_warehouse.sample.options import SampleOptions
from usage_warehouse.settings import PROJECT_ROOT

DAYS = 180
MESSAGES = 1_000_000
# What is loaded this long after it happened is late.
LATE_DAYS = 2
_IDS = ("message_id", "anonymous_id", "user_id", "group_id", "previous_id")


@dataclass(frozen=True)
class Copies:
    """A raw folder of n copies whose two newest days of load are held back.

    `on_time` and `late_mix` are those days: the first without the messages that came late, the
    second with its own and those of the first. `days` is the number of days of load in all.
    """

    raw: Path
    count: int
    messages: int
    days: int
    on_time: Path
    late_mix: Path

    def land(self, held: Path) -> None:
        """Put a held-back day where it belongs."""
        shutil.copytree(held, self.raw / "events" / "messages", dirs_exist_ok=True)


def make_base(folder: Path, messages: int = MESSAGES) -> Path:
    """The sample company that is copied, made once; returns its raw folder."""
    if not folder.is_dir():
        make_sample(SampleOptions(days=DAYS, events=messages), folder)
    return folder


def make_copies(base: Path, folder: Path, count: int) -> Copies:
    """Copy the events of `base` `count` times below `folder`, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    raw, on_time, late_mix = (folder / name for name in ("raw", "on_time", "late_mix"))
    files = raw_files(base, "events", "messages")
    root = base / "events" / "messages"
    before_last, last = (path.relative_to(root) for path in files[-2:])
    messages = 0
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for path in files:
            place = path.relative_to(root)
            into = {last: late_mix, before_last: on_time}.get(place, raw / "events" / "messages")
            messages += _copy(connection, path, into / place, count, place == before_last)
        for path in raw_files(base, "events", "rejects"):
            _write(connection, path, raw / path.relative_to(base), count)
        late = late_mix / before_last.with_name(f"late_{before_last.name}")
        messages += _copy(connection, files[-2], late, count, False)
    return Copies(raw, count, messages, len(files), on_time, late_mix)


def _copy(
    connection: duckdb.DuckDBPyConnection, source: Path, target: Path, count: int, on_time: bool
) -> int:
    """Write the copies of one file's rows; returns how many rows that makes."""
    ids = ", ".join(
        f"case when copy = 0 or list_contains($no_ids, lower(trim({name}))) then {name}"
        f" else {name} || '~' || copy end as {name}"
        for name in _IDS
    )
    is_late = target.name.startswith("late_")
    late = f"coalesce(timestamp < _loaded_at - interval {LATE_DAYS} days, false)"
    wanted = late if is_late else f"not {late}" if on_time else "true"
    return _write(connection, source, target, count, f"{ids}, ", wanted)


def _no_ids() -> list[str]:
    """Texts that are no ids: with a suffix they would be."""
    with (PROJECT_ROOT / "seeds" / "junk_ids.csv").open(encoding="utf-8", newline="") as file:
        return ["", *(row["value"].strip().lower() for row in csv.DictReader(file))]


def _write(
    connection: duckdb.DuckDBPyConnection,
    source: Path,
    target: Path,
    count: int,
    replaced: str = "",
    wanted: str = "true",
) -> int:
    target.parent.mkdir(parents=True, exist_ok=True)
    query = f"""
        select * exclude (copy) replace ({replaced} _row * {count} + copy as _row)
        from read_parquet($source), range({count}) as copies (copy)
        where {wanted}
    """
    parameters = {"source": str(source)} | ({"no_ids": _no_ids()} if "$no_ids" in query else {})
    relation = connection.sql(query, params=parameters)
    relation.write_parquet(str(target), compression="zstd")
    return connection.execute(
        "select count(*) from read_parquet($target)", {"target": str(target)}
    ).fetchall()[0][0]
