"""Nothing to do: only where inputs, database and current release are those of the last build."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from usage_warehouse.run import unchanged
from usage_warehouse.run.unchanged import is_unchanged, keep_stamp, stamp_inputs
from usage_warehouse.settings import Settings

RUN, OTHER_RUN = "000001-0123456789ab", "000002-0123456789ab"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A project, raw data, a build and a current release; none of them real."""
    files = (
        *("code/models/core/a.sql", "code/dbt_project.yml", "seeds/junk_ids.csv"),
        *("raw/events/messages/a.parquet", "raw/events/messages/b.parquet"),
        *("build/warehouse.duckdb", f"releases/{RUN}/usage.duckdb"),
        *(f"releases/{RUN}/run_report.json", f"releases/{OTHER_RUN}/usage.duckdb"),
        f"releases/{OTHER_RUN}/run_report.json",
    )
    for name in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "releases/current").symlink_to(RUN)
    monkeypatch.setattr(unchanged, "PROJECT_ROOT", tmp_path / "code")
    made = {name: tmp_path / name for name in ("raw", "build", "releases", "seeds")}
    return Settings(**made, variables={"as_of": "2026-01-01"})


def test_what_was_built_is_unchanged_until_something_is(settings: Settings) -> None:
    stamp = stamp_inputs(settings)
    assert not is_unchanged(settings, stamp)
    keep_stamp(settings, stamp)
    assert stamp_inputs(settings) == stamp
    assert is_unchanged(settings, stamp)
    (settings.build / unchanged.STAMP).write_text("{")
    assert not is_unchanged(settings, stamp)


def rewritten(name: str) -> Callable[[Path], None]:
    """The same size, another content, the old time put back."""

    def change(root: Path) -> None:
        path = root / name
        before = path.stat()
        path.write_text(path.read_text().replace("a", "b"))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    return change


@pytest.mark.parametrize(
    "change",
    [
        rewritten("raw/events/messages/a.parquet"),
        rewritten("code/models/core/a.sql"),
        lambda root: (root / "raw/events/messages/c.parquet").touch(),
        lambda root: (root / "raw/events/messages/b.parquet").unlink(),
        lambda root: (root / "raw/events/messages/b.parquet").rename(root / "raw/b.parquet"),
        lambda root: (root / "code/models/core/b.sql").touch(),
        lambda root: (root / "code/dbt_project.yml").write_text("version: 2"),
        lambda root: (root / "seeds/junk_ids.csv").write_text("value\nnull\n"),
        lambda root: (root / "seeds/fx_rates.csv").write_text("currency\n"),
    ],
)
def test_every_input_counts(settings: Settings, change: Callable[[Path], None]) -> None:
    stamp = stamp_inputs(settings)
    change(settings.raw.parent)
    assert stamp_inputs(settings) != stamp


def test_so_do_variables_settings_and_folders(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamps = [
        stamp_inputs(settings),
        stamp_inputs(replace(settings, variables={})),
        stamp_inputs(replace(settings, target="spark")),
        stamp_inputs(replace(settings, raw=settings.raw / "events")),
    ]
    monkeypatch.setenv("USAGE_PSEUDONYM_KEY", "a key")
    stamps.append(stamp_inputs(settings))
    assert len(set(stamps)) == len(stamps)
    assert all("a key" not in stamp for stamp in stamps)


def test_compiled_python_is_no_input(settings: Settings) -> None:
    stamp = stamp_inputs(settings)
    folder = settings.raw.parent / "code/python/__pycache__"
    folder.mkdir(parents=True)
    (folder / "a.pyc").touch()
    assert stamp_inputs(settings) == stamp


@pytest.mark.parametrize(
    "change",
    [
        rewritten("build/warehouse.duckdb"),
        rewritten(f"releases/{RUN}/usage.duckdb"),
        lambda root: (root / "build/warehouse.duckdb").unlink(),
        lambda root: (root / f"releases/{RUN}/run_report.json").unlink(),
        lambda root: (root / "releases/current").unlink(),
        lambda root: (
            (root / "releases/current").unlink(),
            (root / "releases/current").symlink_to(OTHER_RUN),
        ),
    ],
)
def test_what_was_made_must_still_stand(
    settings: Settings, change: Callable[[Path], object]
) -> None:
    stamp = stamp_inputs(settings)
    keep_stamp(settings, stamp)
    change(settings.raw.parent)
    assert not is_unchanged(settings, stamp)
