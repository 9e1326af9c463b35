"""What late loads moved, against builds that knew no more than those loads.

A build with `known_at` set to a load has exactly what had been loaded by then, so it says whose
an event of that load was, and which session it began. The two relations must name just what is
another in the build of today.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from usage_warehouse.replay.pack import draw_pack, write_definitions, write_step
from usage_warehouse.replay.runner import Workplace, build

# dbt leaves its own log file and event loop to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

HISTORIES, STEPS, SEED = 40, 5, 11
NEEDED = ("+fct_events", "+fct_sessions", "+identity_restitches", "+session_id_changes")
KEPT = (
    *("core.fct_events", "core.fct_sessions", "governance.identity_restitches"),
    *("governance.session_id_changes", "intermediate.int_users__aliases"),
    "intermediate.int_events__restitched",
)


@pytest.fixture(scope="module")
def builds(tmp_path_factory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Relations of the build of today by their names, and the past in two more.

    `then_events` and `then_sessions` hold those of the build of each earlier load, `known_at`.
    """
    folder = tmp_path_factory.mktemp("restitching")
    write_step(draw_pack(HISTORIES, STEPS, SEED), STEPS, folder / "raw")
    write_definitions(folder / "seeds")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        _build(connection, folder, {})
        for relation in KEPT:
            name = relation.split(".")[1]
            connection.execute(f"create table {name} as from warehouse.{relation}")
        for name in ("events", "sessions"):
            connection.execute(
                f"create table then_{name} as"
                f" select *, null::timestamp as known_at from fct_{name} limit 0"
            )
        loads = connection.execute(
            "select distinct loaded_at from fct_events order by all"
        ).fetchall()
        for (load,) in loads[:-1]:
            connection.execute("detach warehouse")
            _build(connection, folder, {"known_at": f"{load.isoformat()}Z"})
            for name in ("events", "sessions"):
                connection.execute(
                    f"insert into then_{name} select *, ? from warehouse.core.fct_{name}", [load]
                )
        yield connection


def _build(
    connection: duckdb.DuckDBPyConnection, folder: Path, variables: dict[str, object]
) -> None:
    """Build with these variables and attach the database as `warehouse`."""
    place = Workplace(folder / "work", folder / "raw", folder / "seeds", variables)
    for leftover in place.database.parent.glob("warehouse.duckdb*"):
        leftover.unlink()
    build(place, full_refresh=True, select=NEEDED)
    connection.execute(f"attach '{place.database}' as warehouse (read_only)")


def _circled(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Histories (by prefix) in which the aliases of an id ever led back to it."""
    rows = connection.execute(
        """
        with recursive walks as (
            select previous_id as origin, next_id as reached, 1 as steps from int_users__aliases
            union
            select origin, next_id, steps + 1
            from walks join int_users__aliases on reached = previous_id where steps < 12
        )
        select distinct event.message_id[:4] from walks
        join fct_events as event on event.own_user_id = walks.origin
        where origin = reached
        """
    ).fetchall()
    return {row[0] for row in rows}


def test_what_moved_is_what_was_anothers_when_it_was_loaded(builds):
    circled = _circled(builds)
    moved = builds.execute(
        """
        select now.message_id[:4], past.person_id, now.person_id, count(*), min(now.event_at),
            max(now.event_at), count(distinct now.session_id)
        from then_events as past join fct_events as now using (message_id)
        where past.loaded_at = past.known_at and past.person_id <> now.person_id
        group by all
        """
    ).fetchall()
    assert 3 <= len(circled) <= HISTORIES // 2
    expected = sorted(row[1:6] for row in moved if row[0] not in circled)
    assert len(expected) > 50
    assert sum(not row[0].startswith("device:") for row in expected) > 20
    told = builds.execute(
        """
        select from_person_id, to_person_id, sum(event_count), min(first_event_at),
            max(last_event_at)
        from identity_restitches group by all order by all
        """
    ).fetchall()
    named = {row[:2] for row in expected}
    assert [row for row in told if row[:2] in named] == expected
    # In a circle of aliases it is not told who an event was; nothing else is told either.
    all_moved = {row[1:3] for row in moved}
    assert {row[:2] for row in told} <= all_moved


def test_before_its_day_nothing_had_moved_yet(builds):
    early = builds.execute(
        """
        select distinct now.message_id[:4] from int_events__restitched as moved
        join fct_events as now on hash(now.message_id) >> 1 = moved.message_key
        join then_events as past using (message_id)
        where past.known_at >= moved.loaded_at and past.known_at < moved.restitched_at
            and past.person_id = now.person_id
        """
    ).fetchall()
    assert {row[0] for row in early} <= _circled(builds)
    counts = builds.execute(
        "select count(*), count(restitched_at), (select sum(event_count) from identity_restitches)"
        " from int_events__restitched"
    ).fetchall()
    assert counts[0][0] == counts[0][1] == counts[0][2] > 1000


def test_ids_that_are_no_more_are_listed(builds):
    lost = builds.execute(
        """
        with starts as (
            select *, date_diff('minute', lag(ended_at) over (
                partition by device_id order by started_at, ended_at), started_at) as quiet
            from fct_sessions
        )
        select distinct past.session_id, coalesce(starts.quiet <= 30, false)
        from then_sessions as past
        join fct_events as first on first.device_id = past.device_id
            and first.event_at = past.started_at and first.loaded_at = past.known_at
        join starts on first.session_id = starts.session_id
        where past.session_id not in (select session_id from fct_sessions)
        """
    ).fetchall()
    told = builds.execute("select former_session_id from session_id_changes").fetchall()
    told = {row[0] for row in told}
    assert len(told) > 30
    assert told <= {session for session, _ in lost}
    # A session that a user begins right behind another: its anonymous events went with that.
    assert {session for session, by_user in lost if not by_user} <= told
