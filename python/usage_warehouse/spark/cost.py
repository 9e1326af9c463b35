"""What builds cost on Spark: a full one, one more load, and one when nothing is new."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq

from usage_warehouse.errors import BadInvocation
from usage_warehouse.raw.load_units import raw_files
from usage_warehouse.spark.both_engines import Company, Report, build_on_spark, empty
from usage_warehouse.spark.session import current_session
from usage_warehouse.spark.work import Work, work_done


def measure(raw: Path, folder: Path, report: Report) -> list[tuple[str, int, Work]]:
    """Build `raw` in `folder` (emptied first) without its newest file, with it, and once more.

    Models only. Returns what was built, the messages that were new to it, and its work. Raises
    BadInvocation for a raw folder of fewer than two files of messages.
    """
    files = raw_files(raw, "events", "messages")
    if len(files) < 2:
        raise BadInvocation(f"{raw} has {len(files)} files of messages", "two are needed")
    company = Company(folder, folder / "raw", tests=False)
    empty(company)
    shutil.rmtree(company.raw, ignore_errors=True)
    shutil.copytree(raw, company.raw)
    newest = company.raw / files[-1].relative_to(raw)
    held = folder / "newest.parquet"
    shutil.move(newest, held)
    found = []
    before = Work(0, 0, 0, 0, 0.0)
    counts = [pq.read_metadata(path).num_rows for path in files]
    for name, count in (("full", sum(counts[:-1])), ("one file", counts[-1]), ("nothing new", 0)):
        if name == "one file":
            shutil.move(held, newest)
        build_on_spark(company, lambda what, seconds, name=name: report(f"{name}: {what}", seconds))
        after = work_done(current_session())
        found.append((name, count, after - before))
        before = after
    return found
