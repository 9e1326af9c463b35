"""Publish, roll back, prune: what becomes a release, and what is refused."""

from __future__ import annotations

import errno
import io
import os
import re
import shutil
import subprocess
import sys
import time

import duckdb
import pytest
from rich.console import Console

from usage_warehouse.errors import Busy, PublishError
from usage_warehouse.publish import release_folder
from usage_warehouse.publish.audit import EVENTS
from usage_warehouse.publish.release_folder import ReleaseFolder
from usage_warehouse.publish.render import render_report
from usage_warehouse.publish.run_report import validate_report
from usage_warehouse.publish.write_audit_publish import (
    current_report,
    rollback,
)


def test_a_release_is_whole(build):
    release = build.publish()
    assert release.run_id.startswith("000001-")
    assert os.readlink(build.settings.releases / "current") == release.run_id
    names = sorted(path.name for path in release.folder.iterdir())
    assert names == ["parquet", "run_report.json", "usage.duckdb"]
    kinds = build.read("select distinct table_type from information_schema.tables")
    assert kinds == [("BASE TABLE",)]
    schemas = {row[0] for row in build.read("select schema_name from duckdb_tables()")}
    assert schemas == {"core", "marts", "governance"}
    parquet = release.folder / "parquet" / "core" / "fct_events.parquet"
    rows = duckdb.connect().execute(f"select * from '{parquet}'").fetchall()
    assert rows == build.read(f"from {EVENTS}")
    assert len(rows) == 100
    assert [row[2] for row in rows] == sorted(row[2] for row in rows)
    comment = build.read("select comment from duckdb_tables() where table_name = 'dim_users'")
    assert comment == [("One row per dim_users.",)]


def test_older_clients_can_open_it_and_no_log_is_left(build):
    release = build.publish()
    header = (release.folder / "usage.duckdb").read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64  # the format of DuckDB 1.0
    assert not list(build.root.rglob("*.wal"))


def test_run_id_follows_the_contents(build):
    first, again = build.publish(), build.publish()
    assert again.run_id == first.run_id.replace("000001", "000002")
    other = build.write(token=2).publish()
    assert other.run_id[7:] != first.run_id[7:]


def test_report(build):
    release = build.publish()
    report = current_report(build.settings)
    assert report == release.report
    assert (report["status"], report["reasons"], report["label"]) == ("ok", [], "own")
    assert report["as_of"] == "2026-02-01T00:00:00Z"
    assert report["usage_as_of"] == "2026-01-31T00:00:00Z"
    assert report["known_at"] == "2026-02-01T00:00:00Z"
    assert report["sources"] == [
        {
            "name": "events",
            "lines": 107,
            "accepted": 100,
            "duplicates": 5,
            "quarantined": {"bad_time": 2},
            "excluded": {"bot": 3},
            "watermark": "2026-02-01T00:00:00Z",
        }
    ]
    models = {model["relation"]: model for model in report["models"]}
    assert models[EVENTS]["rows"] == 100
    assert len(models[EVENTS]["fingerprint"]) == 32
    assert models["intermediate.events"] | {"seconds": 0} == {
        "relation": "intermediate.events",
        "rows": 100,
        "seconds": 0,
        "fingerprint": None,
    }
    assert report["tests"]["data_tests"]["error"] == {"passed": 1, "failed": 0}
    assert report["tests"]["unit_tests"]["error"] == {"passed": 1, "failed": 0}
    assert report["expectations"]["fail"] == {"passed": 1, "failed": 0}


def test_report_names_the_events_with_findings(build):
    build.write().change(
        "drop table if exists governance.tracking_plan_events",
        """
        create table governance.tracking_plan_events as
        select event_name, 'growth' as owner, null::varchar as question, findings,
               event_count, 10::bigint as checked_count, 2::bigint as invalid_count,
               timestamp '2026-01-31 10:00:00' as last_seen_at
        from (values ('fine', null, 50), ('few', 'unplanned', 1),
                     ('many', 'invalid_properties,low_volume', 90))
             as t(event_name, findings, event_count)
        """,
    )
    report = build.publish().report
    assert [event["event"] for event in report["tracking_plan"]] == ["many", "few"]
    assert report["tracking_plan"][0] == {
        "event": "many",
        "owner": "growth",
        "question": None,
        "findings": ["invalid_properties", "low_volume"],
        "messages": 90,
        "checked": 10,
        "invalid": 2,
        "last_seen": "2026-01-31T10:00:00Z",
    }
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(render_report(report))
    page = console.export_text()
    assert re.search(
        r"^many +90 +2 of 10 +2026-01-31 +growth +invalid properties, low volume$",
        "\n".join(line.rstrip() for line in page.splitlines()),
        re.MULTILINE,
    )
    # Reports written before there was this part are still read.
    del report["tracking_plan"]
    validate_report(report)
    Console(file=io.StringIO()).print(render_report(report))


def test_report_without_optional_relations(build):
    build.extra_relations = ()
    build.write().change(
        "drop table governance.gate_marts", "drop table intermediate.int_clock__horizons"
    )
    report = build.publish().report
    assert report["as_of"] is None
    assert report["expectations"]["fail"]["passed"] == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"status": "fine"}, "status"),
        ({"status": "degraded"}, "reasons"),
        ({"sources": [{"name": "events"}]}, "sources.0"),
        ({"release_id": "latest"}, "release_id"),
        ({"values": ["a@b.co"]}, "values"),
    ],
)
def test_a_broken_report_is_not_written(build, change, field):
    report = build.publish().report
    validate_report(report)
    with pytest.raises(PublishError, match=field):
        validate_report(report | change)


def test_label_of_the_sample(build):
    build.settings.raw.mkdir()
    (build.settings.raw / "truth.json").write_text("{}")
    assert build.publish().report["label"] == "sample"
    # From the sample to one's own, smaller data is not a collapse.
    (build.settings.raw / "truth.json").unlink()
    assert build.write(events=10).publish().report["status"] == "ok"


def test_personal_columns_are_refused(build):
    build.pii = {"core.dim_users": {"name": "personal"}}
    build.write().refused(PublishError, r"core\.dim_users\.name \(personal\)")
    build.pii = {"core.dim_users": {"name": "pseudonymous"}}
    assert build.write().publish().report["status"] == "ok"


def test_disk_that_refuses(build, monkeypatch):
    build.publish()

    def full(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(release_folder, "sync", full)
    assert "free some space" in str(build.refused(PublishError, "No space left on device"))
    monkeypatch.undo()
    assert build.publish().run_id.startswith("000002-")


def test_releases_folder_that_is_a_file(build):
    build.settings.releases.write_text("")
    with pytest.raises(PublishError, match="USAGE_RELEASES") as caught:
        build.publish()
    assert caught.value.exit_code == 5


def test_current_that_is_not_our_link(build):
    (build.settings.releases / "current").mkdir(parents=True)
    with pytest.raises(PublishError, match="not a link to a release"):
        build.publish()


def test_build_database_in_use(build):
    script = (
        "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print(flush=True); "
        "time.sleep(60)"
    )
    arguments = [sys.executable, "-c", script, str(build.settings.warehouse)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as writer:
        writer.stdout.readline()
        try:
            build.refused(Busy, f"process {writer.pid}")
        finally:
            writer.kill()


def test_rollback_and_prune(build):
    runs = [build.write(token=token).publish(keep=3).run_id for token in range(1, 5)]
    folder = ReleaseFolder(build.settings.releases)
    assert folder.run_ids() == runs[1:]
    assert rollback(build.settings) == (runs[3], runs[2])
    assert build.read("select distinct token from core.dim_users") == [(3,)]
    assert rollback(build.settings, runs[1]) == (runs[2], runs[1])
    with pytest.raises(PublishError, match="no release is older"):
        rollback(build.settings)
    with pytest.raises(PublishError, match="no release 000009"):
        rollback(build.settings, "000009-000000000000")
    # The current release stays, however old, and numbers are never used twice.
    fresh = build.write(token=5).publish(keep=2)
    assert fresh.run_id.startswith("000005-")
    assert folder.run_ids() == [runs[3], fresh.run_id]


def test_rollback_is_fast_and_needs_no_build(build):
    build.publish(), build.write(token=2).publish()
    shutil.rmtree(build.settings.build)
    began = time.monotonic()
    rollback(build.settings)
    assert time.monotonic() - began < 1
    assert build.read("select distinct token from core.dim_users") == [(1,)]
