"""`python -m usage_warehouse.bench.floor RAW DATABASE`: the least that any event path must do.

Read the same Parquet, turn ids into 64-bit keys, sort by device and time, write. No duplicate is
found, no fault, no identity, no session. The message id is written as text: facts must have it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import duckdb

SQL = """
create table floor as
select
    message_id,
    hash(message_id) as message_key,
    hash(case when type = 'track' then event else type end) as event_key,
    hash(coalesce(anonymous_id, user_id)) as device_key,
    hash(user_id) as user_key,
    hash(group_id) as account_key,
    coalesce(
        make_timestamp(epoch_us(received_at) - epoch_us(sent_at) + epoch_us(original_timestamp)),
        make_timestamp(epoch_us(timestamp)),
        make_timestamp(epoch_us(received_at))
    ) as event_at,
    make_timestamp(epoch_us(_loaded_at)) as loaded_at
from read_parquet($files)
order by device_key, event_at
"""


def main(raw: Path, database: Path, memory: str) -> float:
    """Do it once in a new database; returns the seconds."""
    for leftover in database.parent.glob(f"{database.name}*"):
        leftover.unlink()
    config = {"memory_limit": memory, "temp_directory": str(database.parent / "tmp")}
    with duckdb.connect(str(database), config=config) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set preserve_insertion_order = false")
        began = time.perf_counter()
        files = str(raw / "events" / "messages" / "**" / "*.parquet")
        connection.execute(SQL, {"files": files})
        return time.perf_counter() - began


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
