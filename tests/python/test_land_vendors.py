"""Exports of other trackers: what they call things, and what the raw contract calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from vendor_lines import SNOWPLOW, land, messages, picked

from usage_warehouse.errors import BadInvocation
from usage_warehouse.land.vendors import VENDORS, Vendor, find_vendor


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


AMPLITUDE = {
    "uuid": "a1",
    "$insert_id": "i1",
    "event_type": "Report Viewed",
    "device_id": "d1",
    "user_id": "u1",
    "groups": {"company": ["acme"], "team": ["t1", "t2"]},
    "client_event_time": "2026-01-05 09:00:00.000000",
    "client_upload_time": "2026-01-05 09:00:10.000000",
    "server_received_time": "2026-01-05 10:00:11.500000",
    "event_time": "2026-01-05 10:00:01.500000",
    "event_properties": {"size": 3, "nested": {"a": [1]}},
    "user_properties": {"plan": "pro"},
    "ip_address": "192.0.2.1",
    "language": "English",
    "os_name": "iOS",
    "version_name": None,
    "city": "",
}


def test_an_amplitude_event_is_a_track_with_all_its_times(raw: Path) -> None:
    (row,) = messages(land(raw, Vendor("amplitude", group="company"), AMPLITUDE))
    assert picked(row, "message_id", "type", "event") == ("a1", "track", "Report Viewed")
    assert picked(row, "anonymous_id", "user_id", "group_id") == ("d1", "u1", "acme")
    times = ("original_timestamp", "sent_at", "received_at", "timestamp")
    assert picked(row, *times) == (
        "2026-01-05 09:00:00.000000",
        "2026-01-05 09:00:10.000000",
        "2026-01-05 10:00:11.500000",
        "2026-01-05 10:00:01.500000",
    )
    assert row["properties"] == {"size": 3, "nested": {"a": [1]}}
    assert row["traits"] is None
    assert row["context"]["ip"] == "192.0.2.1"
    assert row["context"]["os"] == {"name": "iOS"}
    assert "app" not in row["context"]


def test_amplitude_identifies_and_groups_and_ids_without_a_uuid(raw: Path) -> None:
    rows = messages(
        land(
            raw,
            Vendor("amplitude", group="company"),
            {**AMPLITUDE, "event_type": "$identify"},
            {**AMPLITUDE, "event_type": "$groupidentify", "group_properties": {"name": "Acme"}},
            {**AMPLITUDE, "uuid": None, "groups": {"team": ["t1"]}},
        )
    )
    assert [picked(row, "type", "event") for row in rows[:2]] == [
        ("identify", None),
        ("group", None),
    ]
    assert [row["traits"] for row in rows] == [{"plan": "pro"}, {"name": "Acme"}, None]
    assert rows[0]["properties"] is None
    assert picked(rows[2], "message_id", "group_id") == ("d1:i1", None)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ({"company": ["acme"]}, "acme"),
        ({"company": "acme"}, "acme"),
        ({"company": 7}, "7"),
        ({"company": []}, None),
        ({"company": ["a"], "team": ["t"]}, None),
        ({}, None),
        (None, None),
        ("acme", None),
        ({'of "ours"': ["acme"]}, None),
        ({"a.b": ["acme"]}, "acme"),
    ],
)
def test_without_a_name_a_single_kind_of_group_is_the_account(raw: Path, groups, expected) -> None:
    (row,) = messages(land(raw, Vendor("amplitude"), {**AMPLITUDE, "groups": groups}))
    assert row["group_id"] == expected


MIXPANEL = {
    "event": "Report Viewed",
    "properties": {
        "time": 1767603600,
        "distinct_id": "u1",
        "$insert_id": "i1",
        "$device_id": "d1",
        "$user_id": "u1",
        "$mp_api_timestamp_ms": 1767632401500,
        "$os": "Linux",
        "company_id": "acme",
        "size": 3,
    },
}


def mixpanel(event: str = "Report Viewed", **properties: object) -> dict:
    return {"event": event, "properties": {**MIXPANEL["properties"], **properties}}


def test_a_mixpanel_event_counts_its_seconds_in_the_projects_time_zone(raw: Path) -> None:
    vendor = Vendor("mixpanel", group="company_id", time_zone="America/Los_Angeles")
    rows = messages(land(raw, vendor, MIXPANEL, mixpanel(time=1767603600123)))
    # 09:00 on the wall in Los Angeles
    assert [row["timestamp"] for row in rows] == [
        "2026-01-05 17:00:00.000000",
        "2026-01-05 17:00:00.123000",
    ]
    assert rows[0]["received_at"] == "2026-01-05 17:00:01.500000"
    assert picked(rows[0], "anonymous_id", "user_id", "group_id") == ("d1", "u1", "acme")
    assert rows[0]["properties"]["size"] == 3
    assert rows[0]["context"] == {"os": {"name": "Linux"}}


def test_a_mixpanel_event_is_known_by_name_person_time_and_insert_id(raw: Path) -> None:
    rows = messages(
        land(
            raw,
            Vendor("mixpanel"),
            MIXPANEL,
            mixpanel(size=4),
            mixpanel("Other"),
            mixpanel(distinct_id="u2"),
            mixpanel(time=1767603601),
            mixpanel(**{"$insert_id": "i2"}),
            mixpanel(**{"$insert_id": None}),
        )
    )
    ids = [row["message_id"] for row in rows]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 6
    assert ids[6].endswith("000000000007")
    assert "u1" not in ids[0]


def test_whose_a_mixpanel_event_is(raw: Path) -> None:
    nobody = {"$device_id": None, "$user_id": None}
    rows = messages(
        land(
            raw,
            Vendor("mixpanel"),
            mixpanel(**nobody, distinct_id="$device:d7"),
            mixpanel(**nobody, distinct_id="server-user"),
            mixpanel(**{"$user_id": None}, distinct_id="d1"),
            mixpanel("$identify", **{"$identified_id": "u9", "$anon_id": "d9"}),
            mixpanel("$create_alias", distinct_id="old", alias="new"),
            mixpanel("$merge", **{"$distinct_ids": ["old", "new"]}),
            mixpanel("$mp_web_page_view"),
        )
    )
    ids = ("type", "anonymous_id", "user_id", "previous_id")
    assert [picked(row, *ids) for row in rows] == [
        ("track", "d7", None, None),
        ("track", None, "server-user", None),
        ("track", "d1", None, None),
        ("identify", "d9", "u9", None),
        ("alias", None, "new", "old"),
        ("alias", None, "new", "old"),
        ("page", "d1", "u1", None),
    ]


POSTHOG = {
    "uuid": "p1",
    "event": "report viewed",
    "distinct_id": "u1",
    "person_id": "x",
    "timestamp": "2026-01-05T09:00:00.123456Z",
    "created_at": "2026-01-05T09:00:05Z",
    "properties": {
        "$device_id": "d1",
        "$raw_user_agent": "Mozilla/5.0",
        "$current_url": "https://app.example/x",
        "$groups": {"company": "acme"},
        "size": 3,
    },
}


def posthog(event: str = "report viewed", distinct_id: str = "u1", **properties: object) -> dict:
    merged = {**POSTHOG["properties"], **properties}
    return {**POSTHOG, "event": event, "distinct_id": distinct_id, "properties": merged}


def test_a_posthog_event_with_its_properties_as_object_or_as_text(raw: Path) -> None:
    text = {**POSTHOG, "properties": json.dumps(POSTHOG["properties"])}
    rows = messages(land(raw, Vendor("posthog"), POSTHOG, text))
    for row in rows:
        assert picked(row, "message_id", "type", "event") == ("p1", "track", "report viewed")
        assert picked(row, "anonymous_id", "user_id", "group_id") == ("d1", "u1", "acme")
        assert picked(row, "timestamp", "received_at") == (
            "2026-01-05 09:00:00.123456",
            "2026-01-05 09:00:05.000000",
        )
        assert row["properties"]["size"] == 3
        assert row["context"] == {
            "userAgent": "Mozilla/5.0",
            "page": {"url": "https://app.example/x"},
        }


def test_whose_a_posthog_event_is(raw: Path) -> None:
    rows = messages(
        land(
            raw,
            Vendor("posthog"),
            posthog("$pageview", "d1"),
            posthog("$screen", "u1"),
            posthog("saved", "server-user", **{"$device_id": None}),
            posthog(
                "$identify", "u1", **{"$anon_distinct_id": "d0", "$set": {"email": "a@b.example"}}
            ),
            posthog("$create_alias", "new", alias="old"),
            posthog(
                "$groupidentify",
                **{"$group_type": "company", "$group_key": "acme", "$group_set": {"name": "Acme"}},
            ),
        )
    )
    ids = ("type", "anonymous_id", "user_id", "previous_id")
    assert [picked(row, *ids) for row in rows] == [
        ("page", "d1", None, None),
        ("screen", "d1", "u1", None),
        ("track", None, "server-user", None),
        ("identify", "d0", "u1", None),
        ("alias", None, "new", "old"),
        ("group", "d1", "u1", None),
    ]
    assert rows[3]["traits"] == {"email": "a@b.example"}
    assert picked(rows[5], "group_id", "traits") == ("acme", {"name": "Acme"})


@pytest.mark.parametrize("name", sorted(VENDORS))
def test_a_bad_line_costs_no_other_and_a_strange_one_lands_as_it_is(raw: Path, name: str) -> None:
    good = {
        "amplitude": AMPLITUDE,
        "mixpanel": MIXPANEL,
        "posthog": POSTHOG,
        "snowplow": SNOWPLOW,
    }[name]
    strange = [{}, {"properties": 7, "event": ["x"], "uuid": {"a": 1}}, {"event": None}]
    result = land(raw, Vendor(name), good, "{broken", "[1]", *strange, "", good)
    assert (result.lines, result.landed) == (7, 5)
    assert result.rejected == {"not_an_object": 1, "not_json": 1}
    rows = messages(result)
    assert rows[0]["message_id"] == rows[-1]["message_id"]
    assert [row["_row"] for row in rows] == [1, 4, 5, 6, 8]


def test_the_same_file_read_otherwise_is_refused(raw: Path) -> None:
    land(raw, Vendor("amplitude"), AMPLITUDE)
    with pytest.raises(BadInvocation, match="landed before with other columns: --from=amplitude"):
        land(raw, Vendor("amplitude", group="team"), AMPLITUDE)
    assert land(raw, Vendor("amplitude"), AMPLITUDE).state == "already_landed"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("heap", "", "UTC"), "--from heap is not known"),
        (("", "company", "UTC"), "belong to a vendor's export"),
        (("mixpanel", "", "Mars/Base"), "--time-zone Mars/Base is not known"),
        (("snowplow", "company", "UTC"), "name no groups"),
    ],
)
def test_a_mistake_in_the_options_is_named(arguments, message: str) -> None:
    with pytest.raises(BadInvocation, match=message):
        find_vendor(*arguments)


def test_without_a_vendor_nothing_is_chosen() -> None:
    assert find_vendor("", "", "UTC") is None
