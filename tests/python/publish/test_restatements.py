"""Restatements: what was published of months that are over, and is another number today."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from typer.testing import CliRunner

from usage_warehouse.cli import app
from usage_warehouse.errors import BadInvocation
from usage_warehouse.publish.restatements import KEY, month_ends, restatements

THEN = (
    ("a", "usd", "2026-01-01", 100, False),
    ("a", "usd", "2026-02-01", 100, False),
    ("b", "eur", "2026-02-01", 50, False),
    ("gone", "usd", "2026-02-01", 7, False),
    ("a", "usd", "2026-03-01", 1, True),
)
NOW = (
    ("a", "usd", "2026-01-01", 100, False),
    ("a", "usd", "2026-02-01", 90, False),
    ("b", "eur", "2026-02-01", 50, False),
    ("late", "usd", "2026-01-01", 20, False),
    ("zero", "usd", "2026-01-01", 0, False),
    ("a", "usd", "2026-03-01", 90, False),
    ("new", "usd", "2026-03-01", 33, False),
)
CHANGED = [
    ("late", "usd", "2026-01-01", 0, 20, 20),
    ("a", "usd", "2026-02-01", 100, 90, -10),
    ("gone", "usd", "2026-02-01", 7, 0, -7),
]


def database(path: Path, rows: tuple) -> Path:
    """A build with these months of accounts."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.revenue__account_months (account_id varchar, currency varchar,"
            " month date, mrr_minor bigint, is_open boolean)"
        )
        if rows:
            connection.executemany(
                "insert into marts.revenue__account_months values (?, ?, ?, ?, ?)", list(rows)
            )
    return path


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A build of then and one of now."""
    return database(tmp_path / "then.duckdb", THEN), database(tmp_path / "now.duckdb", NOW)


def listed(found: pd.DataFrame) -> list[tuple]:
    dated = found.assign(month=found["month"].astype(str).str[:10])
    return list(dated.itertuples(index=False, name=None))


def test_months_over_in_both_that_differ_are_listed(pair) -> None:
    then, now = map(month_ends, pair)
    assert listed(restatements(then, now)) == CHANGED
    assert restatements(then, then).empty
    back = [(*row[:3], row[4], row[3], -row[5]) for row in CHANGED]
    assert listed(restatements(now, then)) == back


def test_where_nobody_paid_then_nothing_is_restated_and_where_nobody_pays_now_all_is(
    pair, tmp_path
) -> None:
    nobody = month_ends(database(tmp_path / "nobody.duckdb", ()))
    then = month_ends(pair[0])
    assert restatements(nobody, then).empty
    found = restatements(then, nobody)
    assert found["now_minor"].sum() == 0
    assert len(found) == len(then)
    assert list(found.columns[:3]) == KEY


def test_the_command_says_how_much_and_writes_each(pair, tmp_path) -> None:
    out = tmp_path / "restated.csv"
    done = CliRunner().invoke(
        app, ["restatements", "--then", str(pair[0]), "--now", str(pair[1]), "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert "2026-02  usd              2         107         90             -17" in done.output
    assert "3 month ends of accounts are another number" in done.output
    assert pd.read_csv(out).to_numpy().tolist() == [list(row) for row in CHANGED]
    same = CliRunner().invoke(app, ["restatements", "--then", str(pair[0]), "--now", str(pair[0])])
    assert "no month that was over is another number today" in same.output


def test_what_is_no_build_is_named(tmp_path) -> None:
    with pytest.raises(BadInvocation, match="there is no file"):
        month_ends(tmp_path / "nowhere.duckdb")
    text = tmp_path / "text.duckdb"
    text.write_text("no database")
    with pytest.raises(BadInvocation, match="has no marts"):
        month_ends(text)
    empty = tmp_path / "empty.duckdb"
    duckdb.connect(str(empty)).close()
    with pytest.raises(BadInvocation, match="has no marts"):
        month_ends(empty)


def test_without_a_release_it_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("USAGE_RELEASES", str(tmp_path / "releases"))
    found = CliRunner().invoke(app, ["restatements"])
    assert isinstance(found.exception, Exception)
    assert "nothing is published" in str(found.exception)
