"""truth.json against an independent count, made from the Parquet files and the seeds alone."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from usage_warehouse.sample import SampleOptions, make_sample
from usage_warehouse.settings import PROJECT_ROOT

KINDS = ["track", "identify", "group", "page", "screen", "alias"]
JUDGED = ["track", "page", "screen"]
HOUR, DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)


def seed(name: str) -> pd.DataFrame:
    return pd.read_csv(PROJECT_ROOT / "seeds" / f"{name}.csv", dtype=str, keep_default_na=False)


def is_json(text: object) -> bool:
    try:
        return pd.isna(text) or isinstance(json.loads(text), dict)
    except ValueError:
        return False


def canonical(text: object) -> str:
    return "" if pd.isna(text) else json.dumps(json.loads(text), sort_keys=True)


@pytest.fixture(scope="module", params=[(12, 60, 7), (40, 30, 3)], ids=["small", "other"])
def sample(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict, pd.DataFrame, pd.DataFrame]:
    """Truth, messages judged line by line, and rejects of a small company."""
    accounts, days, number = request.param
    folder = tmp_path_factory.mktemp("truth") / "raw"
    make_sample(SampleOptions(accounts=accounts, days=days, seed=number), folder)
    truth = json.loads((folder / "truth.json").read_text())
    rows = pd.read_parquet(folder / "events" / "messages")
    rejects = pd.read_parquet(folder / "events" / "rejects")
    return truth, judge(rows), rejects


def judge(rows: pd.DataFrame) -> pd.DataFrame:
    """Add clean ids, event_at and outcome by the rulings; one row per line."""
    junk = set(seed("junk_ids")["value"])
    for name, clean in (("anonymous_id", "device"), ("user_id", "own_user")):
        rows[clean] = rows[name].where(~rows[name].str.strip().str.lower().isin(junk))
    corrected = rows["received_at"] - (rows["sent_at"] - rows["original_timestamp"])
    rows["event_at"] = corrected.fillna(rows["timestamp"]).fillna(rows["received_at"])
    malformed = ~rows["type"].isin(KINDS) | ~rows["properties"].map(is_json)
    malformed |= (rows["type"] == "track") & rows["event"].isna()
    missing = rows["device"].isna() & rows["own_user"].isna()
    bad_time = rows["event_at"].isna() | (rows["event_at"] > rows["received_at"] + DAY)
    rows["outcome"] = np.select(
        [malformed, missing, bad_time], ["malformed", "missing_ids", "bad_time"], ""
    )
    good = rows[rows["outcome"] == ""].sort_values(["_loaded_at", "received_at", "_file", "_row"])
    payload = good[["type", "event", "anonymous_id", "user_id", "group_id", "previous_id"]]
    payload = payload.fillna("").assign(
        original=good["original_timestamp"].dt.strftime("%F %T.%f").fillna(""),
        properties=good["properties"].map(canonical),
        traits=good["traits"].map(canonical),
    )
    text = payload.apply("|".join, axis=1)
    first = text.groupby(good["message_id"]).transform("first")
    repeated = good["message_id"].duplicated()
    outcome = np.select(
        [~repeated, text == first], ["accepted", "duplicate"], "conflicting_duplicate"
    )
    rows.loc[good.index, "outcome"] = outcome
    return rows


@pytest.fixture(scope="module")
def accepted(sample: tuple[dict, pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    """Accepted messages with `user` after aliases and the one exclusion `reason`."""
    rows = sample[1]
    rows = rows[rows["outcome"] == "accepted"].copy()
    newest = newest_aliases(rows)
    rows["user"] = rows["own_user"].map(lambda user: canonical_user(user, newest))

    context = rows["context"].map(json.loads)
    refused = context.map(lambda c: c.get("consent", {}).get("analytics")).map(lambda v: v is False)
    actors = seed("internal_actors").groupby("kind")["value"].agg(set)
    identified = rows[(rows["type"] == "identify") & rows["own_user"].notna()]
    domain = identified["traits"].map(lambda text: json.loads(text)["email"].split("@")[1])
    staff = set(identified.loc[domain.isin(actors["email_domain"]), "user"]) | actors["user_id"]
    claimed = rows[rows["user"].notna() & rows["group_id"].notna() & ~refused]
    accounts = claimed.groupby("user")["group_id"].agg(set)
    in_demo = accounts[accounts.map(lambda ids: bool(ids & actors["account_id"]))]
    assert (in_demo.map(len) == 1).all()
    staff |= set(in_demo.index)
    internal = rows["user"].isin(staff) | rows["group_id"].isin(actors["account_id"])
    internal |= rows["device"].isin(actors["device_id"])
    seen = rows[rows["user"].notna() & ~refused]
    owners = seen.groupby("device")["user"].agg(set)
    staff_devices = owners[owners.map(lambda users: bool(users & staff))]
    assert (staff_devices.map(len) == 1).all()
    internal |= rows["user"].isna() & rows["device"].isin(staff_devices.index)

    agent = context.map(lambda c: c.get("userAgent", "").lower())
    patterns = seed("bot_user_agents")["pattern"]
    bot = agent.map(lambda text: any(pattern in text for pattern in patterns))

    plan = seed("tracking_plan").query("status in ['live', 'deprecated']").set_index("event_name")
    name = rows["event"].where(rows["type"] == "track", rows["type"])
    day = rows["event_at"].dt.strftime("%Y-%m-%d")
    since = name.map(plan["introduced_on"]).fillna("9999-12-31")
    until = name.map(plan["retired_on"]).replace("", "9999-12-31").fillna("0000-01-01")
    unplanned = rows["type"].isin(JUDGED) & ~((since <= day) & (day <= until))
    rows["reason"] = np.select(
        [bot, internal, refused, unplanned], ["bot", "internal", "no_consent", "unplanned"], ""
    )
    rows["is_refused"] = refused
    return rows


def newest_aliases(rows: pd.DataFrame) -> dict[str, str]:
    """Previous user id to user id by the newest alias; devices are no user ids."""
    users = set(rows["own_user"].dropna())
    aliases = rows[(rows["type"] == "alias") & rows["previous_id"].isin(users)]
    aliases = aliases.sort_values(["event_at", "message_id"])
    return dict(zip(aliases["previous_id"], aliases["own_user"], strict=True))


def canonical_user(user: object, newest: dict[str, str]) -> object:
    while user in newest:
        user = newest[user]
    return user


def counts(frame: pd.DataFrame, *names: str) -> dict[tuple[str, ...], int]:
    return {key: int(n) for key, n in frame.groupby(list(names)).size().items()}


def test_every_line_has_the_planted_outcome(
    sample: tuple[dict, pd.DataFrame, pd.DataFrame],
) -> None:
    truth, rows, rejects = sample
    lines = pd.concat([rows, rejects.assign(outcome="malformed")])
    lines["date"] = lines["_loaded_at"].dt.strftime("%Y-%m-%d")
    found = truth["lines"]
    assert (found["total"], found["rejects"]) == (len(lines), len(rejects))
    assert found["by_outcome"] == lines["outcome"].value_counts().to_dict()
    assert min(found["by_outcome"].values()) >= 3
    assert found["by_loaded_date"]
    assert {
        (row["source"], row["loaded_date"], row["outcome"]): row["row_count"]
        for row in found["by_loaded_date"]
    } == counts(lines, "_source", "date", "outcome")
    by_source = {
        (source, outcome): count
        for source, part in found["by_source"].items()
        for outcome, count in part.items()
        if count
    }
    assert by_source == counts(lines, "_source", "outcome")


def test_every_exclusion_has_the_planted_reason(
    sample: tuple[dict, pd.DataFrame, pd.DataFrame], accepted: pd.DataFrame
) -> None:
    found = sample[0]["exclusions"]
    excluded = accepted[accepted["reason"] != ""]
    assert found["total"] == len(excluded)
    assert found["by_reason"] == excluded["reason"].value_counts().to_dict()
    assert set(found["by_reason"]) == {"bot", "internal", "no_consent", "unplanned"}
    assert {(row["source"], row["reason"]): 0 for row in found["by_loaded_date"]}.keys() == counts(
        excluded, "_source", "reason"
    ).keys()
    assert sum(row["row_count"] for row in found["by_loaded_date"]) == len(excluded)


def test_times_are_as_planted(
    sample: tuple[dict, pd.DataFrame, pd.DataFrame], accepted: pd.DataFrame
) -> None:
    truth = sample[0]
    wait = accepted["received_at"] - accepted["event_at"]
    assert truth["late_messages"] == {
        "hours": int(((wait >= HOUR) & (wait < DAY)).sum()),
        "days": int(((wait >= DAY) & (wait < 7 * DAY)).sum()),
        "weeks": int((wait >= 7 * DAY).sum()),
    }
    assert sum(truth["late_messages"].values()) > 0
    shift = (accepted["received_at"] - accepted["sent_at"]).abs()
    assert truth["clock_shifted_messages"] == (shift >= HOUR / 60).sum() > 0
    backfilled = accepted["_loaded_at"] - accepted["received_at"] > 25 * HOUR
    assert truth["backfilled_messages"] == backfilled.sum() > 0
    start, end = (pd.Timestamp(truth["period"][name], tz="UTC") for name in ("start", "end"))
    assert accepted["event_at"].between(start, end + HOUR).all()
    assert str(accepted["_loaded_at"].max()) == truth["period"]["last_loaded_at"].replace(
        "T", " "
    ).replace(".000000", "+00:00")


def test_ids_and_aliases_are_as_planted(
    sample: tuple[dict, pd.DataFrame, pd.DataFrame], accepted: pd.DataFrame
) -> None:
    truth = sample[0]
    newest = newest_aliases(accepted)
    users = {
        a["previous_id"]: a["canonical_user_id"] for a in truth["aliases"] if a["kind"] == "user"
    }
    assert users == {previous: canonical_user(previous, newest) for previous in newest}
    assert len(users) >= 2
    named = set(accepted["previous_id"].dropna())
    assert {alias["previous_id"] for alias in truth["aliases"]} == named
    assert truth["alias_pairs"] == len(named)
    for alias in truth["aliases"]:
        if alias["kind"] == "device":
            own = accepted[accepted["previous_id"] == alias["previous_id"]]
            assert list(own["own_user"]) == [alias["canonical_user_id"]]
    assert truth["users"] == accepted["user"].nunique()
    assert truth["user_ids"] == accepted["own_user"].nunique()
    assert truth["devices"] == accepted["device"].nunique()
    assert truth["accounts"] == accepted["group_id"].nunique()
    several = accepted.dropna(subset=["user", "group_id"]).groupby("user")["group_id"].nunique()
    assert truth["users_in_several_accounts"] == (several > 1).sum()
    for name, clean in (("user_id", "own_user"), ("anonymous_id", "device")):
        junk = accepted[name].notna() & accepted[clean].isna()
        assert truth["junk_ids"][name] == junk.sum() > 0


def test_the_interval_rule_finds_who_was_at_a_shared_device(
    sample: tuple[dict, pd.DataFrame, pd.DataFrame], accepted: pd.DataFrame
) -> None:
    truth = sample[0]
    by_id = accepted.set_index("message_id")
    last_touch_errors = listed = 0
    for device, messages in truth["shared_devices"].items():
        known = accepted[(accepted["device"] == device) & accepted["user"].notna()]
        known = known[~known["is_refused"]].sort_values("event_at")
        for message in messages:
            row = by_id.loc[message["message_id"]]
            assert pd.isna(row["own_user"])
            assert row["device"] == device
            before = known.loc[known["event_at"] <= row["event_at"], "user"]
            ruled = before.iloc[-1] if len(before) else known["user"].iloc[0]
            assert ruled == message["true_user_id"]
            last_touch_errors += known["user"].iloc[-1] != message["true_user_id"]
            listed += 1
    assert listed == truth["shared_anonymous_messages"]["listed"] > 10
    assert last_touch_errors > 0, "the wrong rule must be seen to fail on this sample"
