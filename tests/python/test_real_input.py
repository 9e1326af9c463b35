"""A real event log, landed by one command into an empty raw folder, builds every mart."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from commands import PROJECT, Place

ECOM = PROJECT / "tests/fixtures/ecom/ecom.csv.gz"
STARTS = PROJECT / "tests/fixtures/ecom/session_starts.csv.gz"
OTHERS_OFF = {"using_crm": False, "using_billing": False, "using_support": False}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The log landed and built with an empty tracking plan and the other sources off."""
    root = tmp_path_factory.mktemp("ecom")
    place = Place(root, seeds=empty_plan(root / "seeds"))
    mapping = "user_id=user_id,event=event,timestamp=timestamp"
    landed = place.run("usage", "land", "events", ECOM, "--map", mapping)
    assert landed.returncode == 0, landed.stderr
    built = place.run("usage", "build", USAGE_VARS=json.dumps(OTHERS_OFF))
    assert built.returncode == 0, built.stderr
    return place


def empty_plan(folder: Path) -> Path:
    """A copy of the seeds whose tracking plan is a header only."""
    shutil.copytree(PROJECT / "seeds", folder)
    plan = folder / "tracking_plan.csv"
    plan.write_text(plan.read_text().splitlines()[0] + "\n")
    return folder


def test_sessions_are_the_hidden_ones_one_to_one(place: Place) -> None:
    pairs = place.warehouse().execute(
        """
        select count(*), count(distinct ours), count(distinct theirs) from (
            select distinct
                events.session_id as ours,
                json_extract_string(raw.properties, '$.session_id') as theirs
            from core.fct_events as events
            inner join staging.base_events__messages as raw using (message_id)
        )
        """
    )
    assert pairs.fetchone() == (3605, 3605, 3605)


def test_every_cut_off_agrees_with_the_package_the_log_comes_from(place: Place) -> None:
    """One warehouse, one timeout after the other: a changed definition cuts all sessions anew."""
    starts = pd.read_csv(STARTS, parse_dates=["started_at"])
    cut = Place(place.root / "cut_offs", seeds=place.seeds)
    (cut.root / "build").mkdir(parents=True)
    models = "+fct_sessions"
    for minutes in (60, 5, 10, 15, 30):
        chosen = json.dumps({**OTHERS_OFF, "session_timeout_minutes": minutes})
        options = ["--quiet", "--exclude-resource-type", "test", "unit_test", "--vars", chosen]
        built = cut.run("dbt", "build", *options, "--select", models, USAGE_RAW=str(place.raw))
        assert built.returncode == 0, built.stdout
        models = "int_devices__to_sessionize+,+fct_sessions"
        with cut.warehouse() as warehouse:
            ours = warehouse.execute(
                "select user_id, started_at from core.fct_sessions order by user_id, started_at"
            ).df()
        theirs = starts[starts.split_up_to_minutes >= minutes][["user_id", "started_at"]]
        pd.testing.assert_frame_equal(ours, theirs.reset_index(drop=True), check_dtype=False)


def test_nothing_is_lost(place: Place) -> None:
    release = place.release()
    outcomes = release.execute("select outcome, row_count from governance.event_conservation")
    assert outcomes.fetchall() == [("accepted", 31106)]
    assert release.execute("select count(*) from core.dim_users").fetchone() == (600,)


def test_every_mart_is_built(place: Place) -> None:
    release = place.release()
    monthly = release.execute(
        """
        select period_start, active_count from marts.engagement__lifecycle_periods
        where grain = 'user' and period_type = 'month' and not is_open and active_count > 0
        order by period_start
        """
    ).fetchall()
    distinct = release.execute(
        """
        select cast(date_trunc('month', event_at) as date), count(distinct user_id)
        from core.fct_events group by 1 order by 1
        """
    ).fetchall()
    assert monthly == distinct
    rules = release.execute("select actor_count from marts.activation__rules where grain = 'user'")
    assert {count for (count,) in rules.fetchall()} == {600}


def test_a_plan_that_matches_nothing_stops_the_build(place: Place) -> None:
    """The sample's seeds over one's own events must not give silent zeros."""
    other = Place(place.root / "wrong_plan")
    built = other.run("usage", "build", USAGE_RAW=str(place.raw))
    assert built.returncode == 4
    assert "tracking_plan" in built.stderr
    assert not (other.root / "releases/current").exists()
