"""The replay: that a pack comes out equal, and that it would be seen."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from usage_warehouse.errors import EXIT_GATE
from usage_warehouse.fingerprint import Fingerprint
from usage_warehouse.replay import __main__ as command
from usage_warehouse.replay.compare import Difference, compare
from usage_warehouse.replay.pack import Pack, draw_pack
from usage_warehouse.replay.replay import Outcome, draw_companies, replay_pack
from usage_warehouse.replay.rows import FIRST, History, Message, Slot
from usage_warehouse.replay.shrink import (
    describe_case,
    failing_prefixes,
    shrink,
    suspects,
    write_case,
)

# dbt leaves its own log file and event loop to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
DAILY = "intermediate.int_events__daily"


# One pack against a full refresh


@dataclass(frozen=True)
class Replayed:
    """A pack of the size that every test run proves, and its two databases."""

    pack: Pack
    outcome: Outcome
    increments: Path
    refreshed: Path


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    root = tmp_path_factory.mktemp("replay")
    pack = draw_companies(50, 4, seed=1)
    outcome = replay_pack(pack, root)
    name = "warehouse.duckdb"
    return Replayed(pack, outcome, root / "increments" / name, root / "build" / name)


def test_increments_equal_a_full_refresh(replayed):
    assert [str(difference) for difference in replayed.outcome.differences] == []
    assert len(replayed.outcome.increment_seconds) == 4


def test_the_pack_holds_what_breaks_increments(replayed):
    with duckdb.connect(str(replayed.refreshed), read_only=True) as connection:

        def counted(sql: str) -> Counter[str]:
            return Counter(dict(connection.execute(sql).fetchall()))

        outcomes = counted("select outcome, count(*) from staging.stg_events__messages group by 1")
        reasons = counted(
            "select exclusion_reason, count(*) from core.fct_events where exclusion_reason"
            " is not null group by 1"
        )
        gaps = counted(
            """
            select case gap when 1800000000 then 'at' when 1800000001 then 'over' else 'tie' end,
                count(*)
            from (
                select epoch_us(event_at) - epoch_us(lag(event_at) over (
                    partition by device_id order by event_at, message_id
                )) as gap
                from core.fct_events where session_id is not null
            )
            where gap in (0, 1800000000, 1800000001) group by 1
            """
        )
        filled = {
            name: connection.execute(f"select count(*) from {name}").fetchall()[0][0]
            for name in (
                "core.dim_users",
                "core.dim_accounts",
                "core.bridge_account_users",
                "core.fct_sessions",
                "core.fct_mrr_intervals",
                "core.fct_opportunities",
                "core.fct_tickets",
                "marts.revenue__mrr_movements",
                "marts.account_health__account_days",
                "governance.tracking_plan_properties",
                "marts.activation__users",
                "marts.activation__accounts",
                "marts.cohort__user_periods",
                "marts.engagement__lifecycle_periods",
                "marts.funnel__actors",
            )
        }
        merged = connection.execute(
            "select count(*) from intermediate.int_users__canonical where own_user_id <> user_id"
        ).fetchall()[0][0]
        shared = connection.execute(
            "select count(*) from (select device_key from intermediate.int_devices__user_intervals"
            " group by device_key having count(*) > 1)"
        ).fetchall()[0][0]
    assert set(outcomes) == {
        "accepted",
        "duplicate",
        "conflicting_duplicate",
        "malformed",
        "missing_ids",
        "bad_time",
    }
    assert min(outcomes.values()) >= 5
    assert set(reasons) == {"bot", "internal", "no_consent", "unplanned"}
    assert set(gaps) == {"at", "over", "tie"}
    assert min(filled.values()) > 10, filled
    assert merged >= 5
    assert shared >= 5


def tampered(replayed: Replayed, folder: Path, *statements: str) -> list[Difference]:
    """What is found after these statements in a copy of the incremental database."""
    copy = folder / replayed.increments.name
    shutil.copyfile(replayed.increments, copy)
    with duckdb.connect(str(copy)) as connection:
        for statement in statements:
            connection.execute(statement)
    return compare(copy, replayed.refreshed)


def test_one_event_too_many_in_one_row_of_the_aggregate_is_found(replayed, tmp_path):
    found = tampered(
        replayed,
        tmp_path,
        f"""
        update {DAILY} set event_count = event_count + 1 where rowid in (
            select min(rowid) from {DAILY} where device_key =
            (select min(device_key) from intermediate.int_devices__ids where device_id like 'h007%')
        )
        """,
    )
    assert [difference.relation for difference in found] == [DAILY]
    assert found[0].left.rows == found[0].right.rows
    assert len(found[0].only_left) == len(found[0].only_right) == 1
    assert found[0].histories == ("h007",)


@pytest.mark.parametrize(
    ("statement", "relation", "rows"),
    [
        (
            "delete from core.dim_users where user_id = (select min(user_id) from core.dim_users)",
            "core.dim_users",
            (0, 1),
        ),
        (
            "insert into core.dim_users from core.dim_users order by user_id limit 1",
            "core.dim_users",
            (1, 0),
        ),
        (
            "update marts.funnel__actors set outcome = null where (funnel_id, actor_id) ="
            " (select min((funnel_id, actor_id)) from marts.funnel__actors)",
            "marts.funnel__actors",
            (1, 1),
        ),
        ("drop table marts.engagement__days", "marts.engagement__days", (0, 0)),
        ("create table marts.left_behind (number bigint)", "marts.left_behind", (0, 0)),
    ],
)
def test_a_changed_relation_is_named_with_its_rows(replayed, tmp_path, statement, relation, rows):
    # Constraints are no part of what is compared, and would forbid what is planted here.
    table = f"create or replace table {relation} as from {relation}"
    exists = "create" not in statement and "drop" not in statement
    found = tampered(replayed, tmp_path, *([table] if exists else []), statement)
    assert [difference.relation for difference in found] == [relation]
    assert (len(found[0].only_left), len(found[0].only_right)) == rows
    assert relation in str(found[0])


# From a difference to a small case


def pair_is_there(history: History) -> bool:
    """A planted fault: two rows of this history together, whatever else there is."""
    ids = {str(row.values.get("message_id")).partition("-")[2] for row in history.messages}
    return {"m0003", "m0040"} <= ids


def failing_by_pair(pack: Pack) -> set[str]:
    return {history.prefix for history in pack.histories if pair_is_there(history)}


def test_shrink_ends_with_the_rows_that_matter():
    pack = draw_pack(3, 4, seed=2)
    replays = []

    def failing(candidate: Pack) -> set[str]:
        replays.append(len(candidate.histories))
        return failing_by_pair(candidate)

    case = shrink(pack, "h002", failing)
    assert len(case.histories) == 1
    assert sorted(row.values["message_id"] for row in case.histories[0].messages) == [
        "h002-m0003",
        "h002-m0040",
    ]
    # Many variants share a replay: few replays for some hundred rows.
    assert len(replays) <= 16
    assert len(pack.histories[1].messages) > 60


def test_variants_of_a_history_are_the_history_under_other_ids():
    pack = draw_pack(1, 2, seed=2)
    packs = []

    def failing(candidate: Pack) -> set[str]:
        packs.append(candidate)
        return failing_by_pair(candidate)

    shrink(pack, "h001", failing)
    prefixes = [history.prefix for history in packs[1].histories]
    assert len(set(prefixes)) == len(prefixes) > 1
    for history in packs[1].histories:
        assert re.fullmatch(r"h001v\d+", history.prefix)
        for message in history.messages:
            assert "h001-" not in str(message.values)


def test_a_history_that_does_not_fail_alone_is_told():
    with pytest.raises(LookupError, match="h001 does not fail alone"):
        shrink(draw_pack(2, 2, seed=2), "h001", lambda pack: set())


def test_suspects_are_named_by_rows_or_found_by_halving():
    pack = draw_pack(7, 2, seed=2)
    nameless = Difference("marts.engagement__days", Fingerprint(1, "a"), Fingerprint(1, "b"))
    named = replace(nameless, histories=("h002", "h005"))
    assert suspects(pack, [nameless, named], lambda pack: set()) == ["h002", "h005"]

    def fails(candidate: Pack) -> set[str]:
        return {history.prefix for history in candidate.histories} & {"h006"}

    assert suspects(pack, [nameless], fails) == ["h006"]
    assert suspects(pack, [nameless], lambda pack: set()) == []
    assert failing_prefixes(pack, [nameless, named]) == {"h002", "h005"}
    assert failing_prefixes(replace(pack, histories=pack.histories[:1]), [nameless]) == {"h001"}


def test_a_case_is_written_as_parquet_and_as_a_table(tmp_path):
    row = {"message_id": "h001-m1", "type": "track", "event": "a|b", "received_at": 1_000_001}
    slots = (Slot("s1", 0, arrives=1, changes=2), Slot("s2", 0, arrives=2))
    ticket = {"id": "h001-t1", "created_at": 2_000_002}
    messages = (
        Message("s1", row, FIRST),
        Message("s2", {**row, "message_id": "h001-m2"}),
        Message("s2", ticket, table="support/ticket"),
    )
    pack = Pack(2, slots, (History("h001", messages, (("user_id", "h001-u1"),)),))
    table = write_case(pack, tmp_path)
    text = table.read_text()
    assert text == describe_case(pack)
    assert "1970-01-01 00:00:01.000001" in text
    assert "| support/ticket | s2 | 2 |" in text
    assert "1970-01-01 00:00:02.000002" in text
    assert "a\\|b" in text
    assert "user_id" not in text
    assert "h001-u1" in (tmp_path / "seeds" / "internal_actors.csv").read_text()
    counts = {
        f"{path.parts[-4]}/{path.stem}": pq.read_metadata(path).num_rows
        for path in tmp_path.glob("step_*/events/messages/*.parquet")
    }
    assert counts == {"step_1/s1": 1, "step_2/s1": 0, "step_2/s2": 1}


# The command


@pytest.mark.parametrize("fails", [False, True])
def test_command_prints_a_table_and_exits_4_on_a_difference(tmp_path, monkeypatch, fails):
    def fake(pack: Pack, root: Path, **options: object) -> Outcome:
        found = Difference(
            DAILY,
            Fingerprint(1, "a"),
            Fingerprint(2, "b"),
            only_right=("event_count=1",),
            histories=tuple(sorted(failing_by_pair(pack) if fails else ())),
        )
        return Outcome((1.0,) * pack.steps, 2.0, (found,) if found.histories else ())

    monkeypatch.setattr(command, "replay_pack", fake)
    options = ["--histories", "2", "--steps", "3", "--packs", "2", "--keep", str(tmp_path)]
    run = CliRunner().invoke(command.app, options)
    assert run.exit_code == (EXIT_GATE if fails else 0), run.output
    assert "against a full refresh" in run.output
    assert (DAILY in run.output) is fails
    assert (tmp_path / "case_1_h001" / "case.md").is_file() is fails
