"""The benchmark: its data has exact answers, its stages hold every model of the event path."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from usage_warehouse.bench import scale as scales
from usage_warehouse.bench.copies import Copies, make_base, make_copies
from usage_warehouse.bench.measure import STAGES, Run, run, run_dbt
from usage_warehouse.errors import GateError

READ = "read_parquet($files, union_by_name = true)"


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return make_base(tmp_path_factory.mktemp("bench") / "sample", messages=20_000)


@pytest.fixture(scope="module")
def three(base, tmp_path_factory) -> Copies:
    return make_copies(base, tmp_path_factory.mktemp("copies"), 3)


def rows(folder: Path, query: str) -> list[tuple]:
    files = str(folder / "**" / "*.parquet")
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.execute(query, {"files": files}).fetchall()


def test_copies_multiply_every_count_and_share_no_id(base, three):
    counts = f"select count(*), count(distinct message_id) from {READ}"
    (one,) = rows(base / "events" / "messages", counts)
    parts = [three.raw / "events" / "messages", three.on_time, three.late_mix]
    assert sum(rows(part, f"select count(*) from {READ}")[0][0] for part in parts) == 3 * one[0]
    assert three.messages == 3 * one[0]
    for held in parts[1:]:
        three.land(held)
    (all_rows,) = rows(three.raw / "events" / "messages", counts)
    assert all_rows == tuple(3 * count for count in one)
    # What is no id stays none: with a suffix it would be one.
    none = f"select count(*) from {READ} where lower(trim(user_id)) in ('null', 'undefined', '')"
    (planted,) = rows(base / "events" / "messages", none)
    assert planted[0] > 0
    assert rows(three.raw / "events" / "messages", none) == [(3 * planted[0],)]
    where = f"select distinct regexp_extract(user_id, '~.*') from {READ} where user_id is not null"
    assert sorted(rows(three.raw / "events" / "messages", where)) == [("",), ("~1",), ("~2",)]


def test_the_day_on_time_holds_nothing_late(three):
    late = f"select count(*) from {READ} where timestamp < _loaded_at - interval 2 days"
    assert rows(three.on_time, late) == [(0,)]
    assert rows(three.late_mix, late)[0][0] > 0
    assert rows(three.on_time, f"select count(distinct _loaded_at::date) from {READ}") == [(1,)]


def test_a_command_that_fails_stops_the_benchmark_with_what_it_said():
    with pytest.raises(GateError, match="no such thing"):
        run(["/bin/sh", "-c", "echo no such thing; exit 3"], {})


def test_seconds_and_memory_are_the_commands_own():
    made = run(["/bin/sh", "-c", "sleep 0.2; echo $NAME"], {"NAME": "here"})
    assert made.output == "here\n"
    assert made.seconds >= 0.2
    assert 0 < made.peak_bytes < 1e9


def test_models_count_for_their_stage_and_others_for_none(tmp_path, monkeypatch):
    nodes = {
        "a": {"resource_type": "model", "original_file_path": "models/staging/events/a.sql"},
        "b": {"resource_type": "model", "original_file_path": "models/governance/gates/b.py"},
        "c": {"resource_type": "model", "original_file_path": "models/governance/c.sql"},
        "d": {"resource_type": "model", "original_file_path": "models/staging/billing/d.sql"},
        "e": {"resource_type": "seed", "original_file_path": "models/core/e.csv"},
    }
    results = [{"unique_id": name, "execution_time": 1.5} for name in nodes]
    nodes = {name: {"name": name, **node} for name, node in nodes.items()}
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}), "utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": nodes}), "utf-8")
    monkeypatch.setattr("usage_warehouse.bench.measure.run", lambda *_: Run(9.0, 1))
    made = run_dbt([], tmp_path, {})
    assert made.models == {"a": 1.5, "b": 1.5, "c": 1.5}
    assert made.stages == {"staging": 1.5, "gates": 1.5, "governance": 1.5}
    assert made.event_path == 3.0


def test_every_folder_of_a_stage_is_there(project_root):
    assert [folder for folder in STAGES if not (project_root / "models" / folder).is_dir()] == []


def test_a_scale_is_measured_step_by_step(three, tmp_path, monkeypatch):
    asked: list[tuple[str, ...]] = []

    def build(arguments, target, environment):
        asked.append(tuple(arguments))
        return Run(5.0, 2_000_000, {"m": 2.0}, {"staging": 2.0, "gates": 1.0})

    monkeypatch.setattr(scales, "run_dbt", build)
    monkeypatch.setattr(scales, "run", lambda command, environment: Run(1.0, 1, output="0.5\n"))
    monkeypatch.setattr(scales, "_outcomes", lambda database: {"accepted": 30})
    monkeypatch.setattr(scales, "compare", lambda *pair: [])
    told: list[str] = []
    made = scales.measure_scale(three, {"accepted": 10}, tmp_path, "1GB", False, True, told.append)
    assert list(made.steps) == [
        *("full build", "nothing new", "new day, on time", "new day, late mix")
    ]
    assert made.outcomes_are_exact
    assert made.equals_full_refresh
    assert made.is_right
    assert not replace(made, outcomes_are_exact=False).is_right
    assert not replace(made, equals_full_refresh=False).is_right
    assert replace(made, equals_full_refresh=None).is_right
    assert made.ratios["full build / floor"] == 4.0
    assert made.steps["full build"].overhead_seconds == 2.0
    assert asked[-1][-1] == "--full-refresh"
    assert json.dumps(scales.as_json(made))
    assert told == ["floor", *made.steps, "full refresh to compare with"]
