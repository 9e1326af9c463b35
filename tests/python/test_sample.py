"""The sample company as files: layout, bytes, lines, seeds and the mistakes of a user."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from usage_warehouse.errors import BadInvocation, RawContractError
from usage_warehouse.sample import SampleOptions, make_sample, write
from usage_warehouse.sample.accounts import make_accounts
from usage_warehouse.sample.command import sample_command
from usage_warehouse.sample.options import stream
from usage_warehouse.sample.people import make_people
from usage_warehouse.sample.product import (
    AGENTS,
    FIRST_BOT_AGENT,
    JUNK_IDS,
    PLAN_DATES,
    UNKNOWN_EVENTS,
)
from usage_warehouse.settings import PROJECT_ROOT

TINY = SampleOptions(accounts=5, days=20)
CONTRACT = {
    "message_id": "string",
    "type": "string",
    "event": "string",
    "anonymous_id": "string",
    "user_id": "string",
    "group_id": "string",
    "previous_id": "string",
    "original_timestamp": "timestamp[us, tz=UTC]",
    "sent_at": "timestamp[us, tz=UTC]",
    "received_at": "timestamp[us, tz=UTC]",
    "timestamp": "timestamp[us, tz=UTC]",
    "properties": "string",
    "traits": "string",
    "context": "string",
    "_file": "string",
    "_row": "int64",
    "_loaded_at": "timestamp[us, tz=UTC]",
    "_source": "string",
}


def seed_rows(name: str) -> list[dict[str, str]]:
    with (PROJECT_ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small company with its JSON lines beside it."""
    root = tmp_path_factory.mktemp("sample")
    make_sample(SampleOptions(accounts=12, days=60), root / "raw", as_files=root / "lines")
    return root


@pytest.fixture(scope="module")
def messages(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "raw" / "events" / "messages")


def test_the_same_options_give_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    make_sample(TINY, tmp_path / "a", as_files=tmp_path / "a_lines")
    make_sample(TINY, tmp_path / "b", as_files=tmp_path / "b_lines")
    make_sample(SampleOptions(accounts=5, days=20, seed=8), tmp_path / "c")
    first, second, other = (hashes(tmp_path / name) for name in "abc")
    assert first == second
    assert hashes(tmp_path / "a_lines") == hashes(tmp_path / "b_lines")
    assert len(first) > 20
    # The coupons on offer are the same whoever the customers are.
    same = {name for name in set(first) & set(other) if first[name] == other[name]}
    assert {name.rsplit("/", 1)[0] for name in same} == {"billing/coupon"}


def test_each_part_draws_from_a_stream_of_its_own() -> None:
    accounts = make_accounts(TINY)
    people = make_people(accounts, TINY)
    stream(TINY, "a source added later").random(1_000)
    pd.testing.assert_frame_equal(people, make_people(make_accounts(TINY), TINY))
    assert stream(TINY, "billing").random() != stream(TINY, "events").random()


def test_files_are_those_of_the_raw_contract(folder: Path) -> None:
    files = sorted((folder / "raw" / "events" / "messages").glob("2026/*/batch_2026-*.parquet"))
    loads = {path.stem: pq.read_table(path).to_pandas()["_loaded_at"] for path in files}
    assert 55 <= len([name for name in loads if not name.endswith("_late")]) <= 60
    assert any(name.endswith("_late") for name in loads)
    for path in files:
        schema = pq.read_schema(path)
        assert {field.name: str(field.type) for field in schema} == CONTRACT
        assert loads[path.stem].nunique() == 1
        assert path.stem.removesuffix("_late") == f"batch_{loads[path.stem].iloc[0]:%Y-%m-%d}"
    sources = {"events", "billing", "crm", "support"}
    assert {path.name for path in (folder / "raw").iterdir()} == {*sources, "truth.json"}


def test_rows_of_a_file_are_its_lines_with_rejects_between(
    folder: Path, messages: pd.DataFrame
) -> None:
    rejects = pd.read_parquet(folder / "raw" / "events" / "rejects")
    assert list(rejects.columns) == [
        "_file",
        "_row",
        "reason",
        "line_sha256",
        "_loaded_at",
        "_source",
    ]
    assert len(rejects) >= 6
    lines = pd.concat([messages[["_file", "_row"]], rejects[["_file", "_row"]]])
    for _, rows in lines.groupby("_file")["_row"]:
        assert sorted(rows) == list(range(1, len(rows) + 1))


def test_json_lines_hold_the_same_messages(folder: Path, messages: pd.DataFrame) -> None:
    rejects = pd.read_parquet(folder / "raw" / "events" / "rejects")
    bad = rejects.set_index(["_file", "_row"])["line_sha256"].to_dict()
    rows = messages.set_index(["_file", "_row"])
    texts = ("anonymous_id", "user_id", "group_id", "previous_id", "event")
    times = ("original_timestamp", "sent_at", "received_at", "timestamp")
    seen = 0
    for path in sorted((folder / "lines").iterdir()):
        for number, line in enumerate(gzip.decompress(path.read_bytes()).split(b"\n")[:-1], 1):
            seen += 1
            if (path.name, number) in bad:
                assert hashlib.sha256(line).hexdigest() == bad[path.name, number]
                with pytest.raises((ValueError, AttributeError)):
                    json.loads(line).keys()
                continue
            row = rows.loc[(path.name, number)]
            found = json.loads(line)
            assert (found["messageId"], found["type"]) == (row["message_id"], row["type"])
            for name in (*texts, *times):
                key = "".join(part.title() for part in name.split("_"))
                value = found.get(key[0].lower() + key[1:])
                if pd.isna(row[name]):
                    assert value is None
                else:
                    assert value == row[name] if name in texts else pd.Timestamp(value) == row[name]
            for name in ("properties", "traits", "context"):
                value = found.get(name)
                text = value if isinstance(value, str) or value is None else json.dumps(value)
                expected = None if pd.isna(row[name]) else row[name]
                if isinstance(value, dict):
                    text, expected = json.loads(text), json.loads(expected)
                assert text == expected
    assert seen == len(messages) + len(rejects)


def test_events_carry_what_the_plan_requires(messages: pd.DataFrame) -> None:
    plan = {row["event_name"]: row for row in seed_rows("tracking_plan")}
    known = messages[messages["type"].isin(["track", "page", "screen"])]
    seen = set()
    for kind, event, text in known[["type", "event", "properties"]].itertuples(index=False):
        name = kind if kind != "track" else event
        if text == '{"report_id":"rep_' or name not in plan:
            continue
        seen.add(name)
        assert set(plan[name]["required_properties"].split(";")) <= set(json.loads(text)), name
    assert seen == set(plan)


def test_groups_and_people_carry_the_traits_that_marts_need(messages: pd.DataFrame) -> None:
    groups = messages[messages["type"] == "group"]
    keys = {"name", "plan", "region", "industry", "segment", "employees", "createdAt"}
    assert set(json.loads(groups["traits"].iloc[0])) == keys
    mails = messages.loc[messages["type"] == "identify", "traits"].map(json.loads)
    assert mails.map(lambda traits: traits["email"].endswith(".example")).all()


def test_the_seeds_are_those_of_the_sample() -> None:
    plan = seed_rows("tracking_plan")
    dated = {
        row["event_name"]: (
            date.fromisoformat(row["introduced_on"]),
            date.fromisoformat(row["retired_on"]) if row["retired_on"] else None,
        )
        for row in plan
        if row["status"] in ("live", "deprecated")
    }
    assert dated == PLAN_DATES
    assert not {row["event_name"] for row in plan} & set(UNKNOWN_EVENTS)
    used = {row["event_name"] for row in seed_rows("activation_rules") + seed_rows("funnel_steps")}
    assert used <= set(dated)
    assert {row["funnel_id"] for row in seed_rows("funnels")} == {
        row["funnel_id"] for row in seed_rows("funnel_steps")
    }
    assert {text.lower() for text in JUNK_IDS} <= {row["value"] for row in seed_rows("junk_ids")}
    patterns = [row["pattern"] for row in seed_rows("bot_user_agents")]
    for code, agent in enumerate(AGENTS):
        is_bot = any(pattern in agent.lower() for pattern in patterns)
        assert is_bot == (code >= FIRST_BOT_AGENT), agent


@pytest.mark.parametrize("wanted", [3_000, 30_000])
def test_about_as_many_events_as_asked_for(tmp_path: Path, wanted: int) -> None:
    truth = make_sample(SampleOptions(accounts=20, days=30, events=wanted), tmp_path / "raw")
    assert truth["lines"]["total"] == pytest.approx(wanted, rel=0.15)


def test_one_account_for_a_week_is_a_company_too(tmp_path: Path) -> None:
    truth = make_sample(SampleOptions(accounts=1, days=7), tmp_path / "raw")
    assert truth["lines"]["by_outcome"]["accepted"] > 0


def test_a_folder_with_raw_data_is_refused_and_left_alone(tmp_path: Path) -> None:
    make_sample(TINY, tmp_path / "raw")
    before = hashes(tmp_path / "raw")
    with pytest.raises(RawContractError, match=r"already holds raw data.*\n.*fix: .*--out"):
        make_sample(SampleOptions(accounts=5, days=20, seed=8), tmp_path / "raw")
    (tmp_path / "lines").mkdir()
    (tmp_path / "lines" / "old.jsonl").touch()
    with pytest.raises(RawContractError, match="not an empty folder"):
        make_sample(TINY, tmp_path / "other", as_files=tmp_path / "lines")
    assert hashes(tmp_path / "raw") == before
    assert not (tmp_path / "other").exists()


def test_a_disk_that_fails_leaves_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write.pq, "write_table", _full_disk)
    with pytest.raises(BadInvocation, match="No space left on device"):
        make_sample(TINY, tmp_path / "raw")
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []
    make_sample(TINY, tmp_path / "raw")


def _full_disk(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_the_command_makes_a_sample_and_refuses_what_it_cannot(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(sample_command)
    size = ["--accounts", "2", "--days", "10", "--out", str(tmp_path / "raw")]
    done = CliRunner().invoke(app, size)
    assert done.exit_code == 0, done.output
    assert "what was planted" in done.output
    assert (tmp_path / "raw" / "truth.json").is_file()
    for wrong in (["--accounts", "0"], ["--days", "1"], ["--end-date", "yesterday"]):
        refused = CliRunner().invoke(app, [*size, *wrong])
        assert isinstance(refused.exception, BadInvocation)
        assert wrong[0] in str(refused.exception)
