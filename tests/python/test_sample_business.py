"""Billing, CRM and support of the sample company: what was planned is what the marts say."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from commands import Place

from usage_warehouse.publish.restatements import month_ends, restatements


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A company of a hundred accounts, with all sources, built by the commands."""
    place = Place(tmp_path_factory.mktemp("business"))
    sample = ("--accounts", 100, "--days", 150, "--events", 60_000, "--out", place.raw)
    made = place.run("usage", "sample", *sample)
    assert made.returncode == 0, made.stderr
    built = place.run("usage", "build")
    assert built.returncode == 0, built.stderr
    return place


@pytest.fixture(scope="module")
def planned(place: Place) -> dict:
    """What was planted, of the business side."""
    return json.loads((place.raw / "truth.json").read_text())["business"]


@pytest.fixture(scope="module")
def parties(place: Place) -> dict[tuple[str, str], tuple[str, str]]:
    """(source, id) → (account, method) as the core says."""
    rows = place.release().execute(
        "select source, source_id, account_id, method from core.bridge_account_sources"
    )
    return {(source, id_): (account, method) for source, id_, account, method in rows.fetchall()}


def test_every_row_is_accounted_for_as_planted(place: Place, planned: dict) -> None:
    rows = place.release().execute(
        """
        select source || '.' || table_name, outcome, sum(row_count)
        from governance.source_conservation group by all
        """
    )
    found: dict[str, Counter] = {}
    for table, outcome, count in rows.fetchall():
        kind = outcome if outcome in ("accepted", "duplicate", "corrected") else "quarantined"
        found.setdefault(table, Counter())[kind] += int(count)
    assert found == {table: +Counter(counts) for table, counts in planned["rows"].items()}
    total = sum(found.values(), Counter()).total()
    files = f"read_parquet('{place.raw}/*/*/versions_*.parquet', union_by_name = true)"
    assert total == duckdb.sql(f"select count(*) from {files}").fetchall()[0][0]


def test_revenue_is_exact_to_the_minor_unit(place: Place, planned: dict, parties: dict) -> None:
    named = {p["id"]: p["account"] for p in planned["parties"] if p["source"] == "billing"}
    # a customer that nothing ties to its account is an account of its own
    owner = {parties["billing", id_][0]: account for id_, account in named.items()}
    expected = {
        (account, currency, month): amount
        for account, currencies in planned["revenue"].items()
        for currency, months in currencies.items()
        for month, amount in months.items()
    }
    found: Counter = Counter()
    rows = place.release().execute(
        """
        select account_id, currency, cast(month as varchar), mrr_minor
        from marts.revenue__account_months where mrr_minor > 0
        """
    )
    for account, currency, month, amount in rows.fetchall():
        found[owner[account], currency, month] += amount
    assert len(expected) > 300
    assert found == expected


def test_trials_and_dunning_end_as_planned(place: Place, planned: dict) -> None:
    release = place.release()
    trials = release.execute("select subscription_id, outcome from marts.revenue__trials")
    assert dict(trials.fetchall()) == planned["trials"]
    dunning = release.execute("select invoice_id, outcome from marts.revenue__dunning")
    assert dict(dunning.fetchall()) == planned["dunning"]
    assert {"recovered", "lost"} <= set(planned["dunning"].values())


def test_matching_is_precise_and_finds_nearly_all(
    place: Place, planned: dict, parties: dict
) -> None:
    with_events = {
        row[0]
        for row in place.release()
        .execute("select source_id from core.bridge_account_sources where source = 'events'")
        .fetchall()
    }
    judged = [p for p in planned["parties"] if (p["source"], p["id"]) in parties]
    automatic = [
        (party, parties[party["source"], party["id"]][0])
        for party in judged
        if parties[party["source"], party["id"]][1] in ("explicit_id", "domain", "merged")
    ]
    wrong = [
        party
        for party, account in automatic
        # an account that sends no events is known by its CRM account or customer
        if account != party["account"] and (account in with_events or party["account"] is None)
    ]
    assert wrong == []
    findable = [
        party
        for party in judged
        if party["evidence"] in ("explicit_id", "domain", "merged")
        and party["account"] in with_events
    ]
    found = [p for p in findable if parties[p["source"], p["id"]][0] == p["account"]]
    assert len(findable) > 150
    assert len(found) >= 0.95 * len(findable)


def test_what_nothing_ties_is_reviewed(place: Place, planned: dict, parties: dict) -> None:
    rows = place.release().execute("select source, source_id from governance.account_match_review")
    reviewed = set(rows.fetchall())
    lonely = {
        (party["source"], party["id"])
        for party in planned["parties"]
        if party["evidence"] == "none" and parties.get((party["source"], party["id"]))
    }
    alone = Counter(account for account, _ in parties.values())
    assert {key for key in lonely if alone[parties[key][0]] == 1} <= reviewed
    conflicting = [p for p in planned["parties"] if p["evidence"] == "conflicting"]
    assert all(("crm", party["id"]) in reviewed for party in conflicting)


def test_months_and_health_as_published_then_are_the_same_today(place: Place) -> None:
    """With as_of and known_at in the past: what a build of that day's raw data said."""
    then = {"as_of": "2026-06-01T00:00:00", "known_at": "2026-06-01T00:00:00"}
    columns = "account_id, currency, cast(month as varchar), mrr_minor, movement_type"
    query = f"select {columns} from marts.revenue__account_months where not is_open order by all"
    today = _rebuilt(place, "today", then, query)
    cut = place.root / "raw_then"
    for path in sorted(place.raw.rglob("*.parquet")):
        copy = cut / path.relative_to(place.raw)
        copy.parent.mkdir(parents=True, exist_ok=True)
        duckdb.sql(
            f"copy (select * from '{path}' where cast(_loaded_at as timestamp)"
            f" <= timestamp '2026-06-01 00:00:00') to '{copy}'"
        )
    published = _rebuilt(place, "then", {"as_of": then["as_of"]}, query, raw=cut)
    assert today == published
    assert len(today) > 200
    # as_of alone sees what was loaded later: the differences are listed, each of them.
    health = ("+account_health__account_days", "+account_health__components")
    known = _rebuilt(place, "known", {"as_of": then["as_of"]}, query, *health)
    listed = restatements(*(month_ends(_warehouse(place, name)) for name in ("then", "known")))
    before = {row[:3]: row[3] for row in published}
    after = {row[:3]: row[3] for row in known}
    expected = {
        (*key, before.get(key, 0), after.get(key, 0))
        for key in before.keys() | after.keys()
        if before.get(key, 0) != after.get(key, 0)
    }
    assert {
        (row.account_id, row.currency, f"{row.month:%Y-%m-%d}", row.then_minor, row.now_minor)
        for row in listed.itertuples()
    } == expected
    assert expected
    # The health of a day stands: nothing that was found out or happened later is in it.
    for relation in ("account_days", "components"):
        days = f"select * from marts.account_health__{relation} where health_date < '2026-06-01'"
        with duckdb.connect(str(_warehouse(place, "known")), read_only=True) as connection:
            scored_then = connection.execute(f"{days} order by all").fetchall()
        assert scored_then == place.release().execute(f"{days} order by all").fetchall()
        assert len(scored_then) > 1000


def _warehouse(place: Place, name: str) -> Path:
    return place.root / f"build_{name}" / "warehouse.duckdb"


def _rebuilt(
    place: Place, name: str, variables: dict, query: str, *more: str, raw: Path | None = None
) -> list[tuple]:
    """The rows of a query on a build of its own, of the months of accounts and of `more`."""
    build = place.root / f"build_{name}"
    build.mkdir()
    done = place.run(
        "dbt",
        *("build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"),
        *("--select", "+revenue__account_months", *more),
        *("--vars", json.dumps(variables)),
        USAGE_RAW=str(raw or place.raw),
        USAGE_BUILD=str(build),
    )
    assert done.returncode == 0, done.stdout
    with duckdb.connect(str(_warehouse(place, name)), read_only=True) as connection:
        return connection.execute(query).fetchall()
