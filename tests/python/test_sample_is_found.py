"""What the sample company has planted is what governance finds, to the last line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A small sample company, built and published by the commands."""
    place = Place(tmp_path_factory.mktemp("sample"))
    made = place.run("usage", "sample", "--accounts", 25, "--days", 90, "--out", place.raw)
    assert made.returncode == 0, made.stderr
    built = place.run("usage", "build")
    assert built.returncode == 0, built.stderr
    return place


@pytest.fixture(scope="module")
def truth(place: Place) -> dict:
    """truth.json of the sample."""
    return json.loads((place.raw / "truth.json").read_text())


def test_outcomes_are_those_planted(place: Place, truth: dict) -> None:
    rows = place.release().execute(
        "select source, outcome, sum(row_count) from governance.event_conservation group by all"
    )
    found = {(source, outcome): int(count) for source, outcome, count in rows.fetchall()}
    planted = {
        (source, outcome): count
        for source, counts in truth["lines"]["by_source"].items()
        for outcome, count in counts.items()
        if count
    }
    assert found == planted
    assert sum(found.values()) == truth["lines"]["total"]


def test_exclusions_are_those_planted(place: Place, truth: dict) -> None:
    rows = place.release().execute(
        "select source, reason, sum(row_count) from governance.event_exclusions group by all"
    )
    found = {(source, reason): int(count) for source, reason, count in rows.fetchall()}
    planted = {
        (source, reason): count
        for source, counts in truth["exclusions"]["by_source"].items()
        for reason, count in counts.items()
        if count
    }
    assert found == planted
    assert {reason for _, reason in found} == {"bot", "internal", "no_consent", "unplanned"}


def test_people_are_those_planted(place: Place, truth: dict) -> None:
    release = place.release()
    assert release.execute("select count(*) from core.dim_users").fetchone()[0] == truth["users"]
    in_product = "select count(distinct account_id) from core.bridge_account_sources"
    in_product += " where source = 'events'"
    assert release.execute(in_product).fetchone()[0] == truth["accounts"]
    resolved = dict(
        release.execute(
            "select message_id, user_id from core.fct_events where own_user_id is null"
        ).fetchall()
    )
    told = [message for device in truth["shared_devices"].values() for message in device]
    assert told
    wrong = [m for m in told if resolved[m["message_id"]] != m["true_user_id"]]
    assert wrong == []


def test_the_last_user_wins_rule_is_wrong_on_shared_devices(place: Place, truth: dict) -> None:
    """The same data under identity_policy last_touch gives some of them to somebody else."""
    other = Place(place.root / "last_touch")
    built = other.run(
        "dbt",
        "build",
        "--exclude-resource-type",
        "test",
        "--exclude-resource-type",
        "unit_test",
        "--vars",
        '{"identity_policy": "last_touch"}',
        USAGE_RAW=str(place.raw),
        USAGE_BUILD=str(_made(other.root / "build")),
    )
    assert built.returncode == 0, built.stdout[-2000:]
    resolved = dict(
        other.warehouse()
        .execute("select message_id, user_id from core.fct_events where own_user_id is null")
        .fetchall()
    )
    told = [message for device in truth["shared_devices"].values() for message in device]
    assert any(resolved[m["message_id"]] != m["true_user_id"] for m in told)


def test_no_address_is_in_the_release(place: Place) -> None:
    """Nor in dbt's log: the sample's people have addresses at *.example and documentation IPs."""
    releases = (place.root / "releases/current").resolve()
    files = [path for path in releases.rglob("*") if path.is_file()]
    files += list((place.root / "logs").glob("*"))
    assert files
    for path in files:
        content = path.read_bytes()
        for canary in (b".example", b"192.0.2.", b"198.51.100.", b"203.0.113."):
            assert canary not in content, (path.name, canary)


def test_a_build_of_the_same_again_has_nothing_to_do(place: Place) -> None:
    current = (place.root / "releases/current").resolve()
    again = place.run("usage", "build")
    assert again.returncode == 0, again.stderr
    assert "nothing new" in again.stdout
    assert (place.root / "releases/current").resolve() == current


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
