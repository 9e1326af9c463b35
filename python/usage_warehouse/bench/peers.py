"""`python -m usage_warehouse.bench.peers NAME RAW FOLDER`: what else a user might reach for.

`window_sql`: the textbook query for sessions, on DuckDB, with the ids as they are.
`clickhouse`: the same on ClickHouse's embedded engine, and a funnel of three steps by
`windowFunnel`. None of them looks for duplicates, faults, robots or people: they are the price
of the sessions alone.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

WINDOW_SQL = """
create table sessions as
with messages as (
    select coalesce(anonymous_id, user_id) as device_id, timestamp
    from read_parquet($files)
    where type in ('track', 'page', 'screen')
),
marked as (
    select *, case when timestamp - lag(timestamp) over device <= interval 30 minute
        then 0 else 1 end as is_new
    from messages
    window device as (partition by device_id order by timestamp)
),
numbered as (
    select *, sum(is_new) over (partition by device_id order by timestamp
        rows between unbounded preceding and current row) as session_number
    from marked
)
select device_id, session_number, min(timestamp) as started_at, max(timestamp) as ended_at,
    count(*) as event_count
from numbered group by device_id, session_number
"""
_CLICKHOUSE_SESSIONS = """
select count() from (
    select device_id, session_number, min(at), max(at), count() from (
        select device_id, at, sum(is_new) over (partition by device_id order by at
            rows between unbounded preceding and current row) as session_number
        from (
            select device_id, at, if(at - lagInFrame(at, 1, toInt64(-4000000000000000)) over (
                partition by device_id order by at
                rows between 1 preceding and current row) > 1800000000, 1, 0) as is_new
            from (
                select coalesce(anonymous_id, user_id) as device_id,
                    toUnixTimestamp64Micro(timestamp) as at
                from file('{files}', Parquet) where type in ('track', 'page', 'screen')
            )
        )
    ) group by device_id, session_number
)
"""
_CLICKHOUSE_FUNNEL = """
select level, count() from (
    select user_id, windowFunnel(604800000000, 'strict_once')(
        toUInt64(toUnixTimestamp64Micro(timestamp)),
        event = 'signed_up', event = 'project_created', event = 'task_created') as level
    from file('{files}', Parquet) where type = 'track' and user_id is not null group by user_id
) group by level order by level
"""


def window_sql(raw: Path, folder: Path) -> dict[str, float]:
    """Seconds of the textbook query and the sessions it finds."""
    database = folder / "window_sql.duckdb"
    database.unlink(missing_ok=True)
    config = {"memory_limit": "3GB", "temp_directory": str(folder / "tmp")}
    with duckdb.connect(str(database), config=config) as connection:
        began = time.perf_counter()
        connection.execute(WINDOW_SQL, {"files": _files(raw)})
        seconds = time.perf_counter() - began
        count = connection.execute("select count(*) from sessions").fetchall()[0][0]
    return {"sessions_seconds": seconds, "sessions": count}


def clickhouse(raw: Path, folder: Path) -> dict[str, float]:
    """Seconds of sessions and of a funnel on the embedded ClickHouse."""
    import chdb

    found = {}
    for name, query in (("sessions", _CLICKHOUSE_SESSIONS), ("funnel", _CLICKHOUSE_FUNNEL)):
        began = time.perf_counter()
        answer = str(chdb.query(query.format(files=_files(raw)), "TabSeparated")).strip()
        found[f"{name}_seconds"] = time.perf_counter() - began
        if name == "sessions":
            found[name] = int(answer)
    return found


def _files(raw: Path) -> str:
    return str((raw / "events" / "messages" / "**" / "*.parquet").resolve())


if __name__ == "__main__":
    peer = {"window_sql": window_sql, "clickhouse": clickhouse}[sys.argv[1]]
    print(json.dumps(peer(Path(sys.argv[2]), Path(sys.argv[3]))))
