"""A real event log, landed by one command into an empty raw folder, builds every mart."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commands import PROJECT, Place

ECOM = PROJECT / "tests/fixtures/ecom/ecom.csv.gz"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The log landed and built with an empty tracking plan and the other sources off."""
    root = tmp_path_factory.mktemp("ecom")
    place = Place(root, seeds=empty_plan(root / "seeds"))
    mapping = "user_id=user_id,event=event,timestamp=timestamp"
    landed = place.run("usage", "land", "events", ECOM, "--map", mapping)
    assert landed.returncode == 0, landed.stderr
    off = '{"using_crm": false, "using_billing": false, "using_support": false}'
    built = place.run("usage", "build", USAGE_VARS=off)
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
