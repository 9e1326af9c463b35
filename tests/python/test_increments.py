"""Each way in which the past can change: after it, increments equal a full refresh.

One warehouse lives through all cases, one after the other; a case builds its increment,
proves that something really changed, and compares every relation with a full refresh of the
same raw folder, definitions and variables.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from usage_warehouse.replay.compare import INCREMENTAL, compare
from usage_warehouse.replay.living import LivingWarehouse
from usage_warehouse.replay.pack import draw_pack
from usage_warehouse.replay.runner import BuildFailed, build

# dbt leaves its own log file and event loop to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
SECOND = 1_000_000
FACTS = "core.fct_events"
SESSIONS = "core.fct_sessions"
DAILY = "intermediate.int_events__daily"
SESSIONED = "intermediate.int_events__sessioned"
TOUCHED_DEVICES = (
    "select count(distinct touched_device_key) from intermediate.int_devices__to_aggregate"
)
LEDGERS = (
    *(f"ledger.stg_events__messages__{part}" for part in ("fingerprint", "units")),
    *(f"ledger.stg_events__texts__{part}" for part in ("fingerprint", "units")),
    *(
        f"ledger.{model}__{part}"
        for model in ("int_events__sessioned", "int_events__sessions")
        for part in ("fingerprint", "visits")
    ),
    *(
        f"ledger.int_events__daily__{part}"
        for part in ("fingerprint", "users", "device_users", "user_accounts")
    ),
)


def moment(text: str) -> int:
    """`2026-01-05 10:00` (UTC) as microseconds since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND


def message(message_id: str, at: str, **values: Any) -> dict[str, object]:
    """A track message of device x-d1 at that time, received then, loaded on 2026-01-30."""
    return {
        "message_id": f"x-{message_id}",
        "type": "track",
        "event": "task_created",
        "anonymous_id": "x-d1",
        "received_at": moment(at),
        "timestamp": moment(at),
        "properties": '{"step": "import"}',
        "_file": "x.jsonl",
        "_row": 1,
        "_loaded_at": moment("2026-01-30 03:00"),
        **values,
    }


def membership(message_id: str, at: str, user: str, account: str) -> dict[str, object]:
    """A group message of a user, from no device."""
    named = {"anonymous_id": None, "user_id": user, "group_id": account}
    return message(message_id, at, type="group", event=None, **named)


def alias(message_id: str, at: str, previous: str, user: str) -> dict[str, object]:
    """An alias message, from no device."""
    named = {"anonymous_id": None, "user_id": user, "previous_id": previous}
    return message(message_id, at, type="alias", event=None, **named)


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> LivingWarehouse:
    """Six random histories and a device of our own."""
    living = LivingWarehouse(tmp_path_factory.mktemp("increments"))
    living.land(**draw_pack(6, 1, seed=11).files_at(1))
    living.land(
        own=[
            *(message("1", "2026-01-12 09:00"), message("2", "2026-01-12 09:10")),
            message("3", "2026-01-14 09:00"),
            message("4", "2026-01-20 09:00", user_id="x-u1", event="task_completed"),
        ],
        extra=[message("5", "2026-01-22 09:00", anonymous_id="x-d2", user_id="x-u2")],
        changing=[message("6", "2026-01-12 09:00", anonymous_id="x-d3")],
    )
    return living


@pytest.fixture
def warehouse(living: LivingWarehouse) -> LivingWarehouse:
    """The warehouse as the case before left it, built."""
    if not living.is_built:
        living.build()
    return living


def test_nothing_new_touches_nothing(warehouse):
    before = warehouse.prints(*LEDGERS, DAILY, SESSIONED, FACTS)
    warehouse.build()
    assert warehouse.value("select count(*) from intermediate.int_devices__to_sessionize") == 0
    assert warehouse.value("select count(*) from intermediate.int_devices__to_aggregate") == 0
    assert warehouse.prints(*LEDGERS, DAILY, SESSIONED, FACTS) == before
    assert warehouse.value(f"select count(*) from {FACTS}") > 300


def test_backdated_load(warehouse):
    older = moment("2026-01-06 03:00")
    assert older < warehouse.value(f"select epoch_us(min(loaded_at)) from {FACTS}")
    warehouse.land(backdated=[message("b1", "2026-01-05 12:00", user_id="x-u9", _loaded_at=older)])
    assert warehouse.catch_up() == []
    # The device's first user is another one now: its anonymous past changes hands.
    assert warehouse.query(
        f"select distinct user_id from {FACTS} where device_id = 'x-d1' order by 1"
    ) == [("x-u1",), ("x-u9",)]


def test_withdrawn_file_and_a_device_that_becomes_empty(warehouse):
    devices = f"select count(distinct device_key) from {DAILY}"
    before = warehouse.value(devices)
    warehouse.land(extra=None)
    assert warehouse.catch_up() == []
    assert warehouse.value(devices) == before - 1
    assert warehouse.value("select count(*) from core.dim_users where user_id = 'x-u2'") == 0


def test_changed_file_of_the_same_name(warehouse):
    names = f"select message_id, event_name from {FACTS} where device_id = 'x-d3'"
    assert warehouse.query(names) == [("x-6", "task_created")]
    rows = [message("7", "2026-01-12 09:00", anonymous_id="x-d3", event="invite_sent")]
    warehouse.land(changing=rows)
    assert warehouse.catch_up() == []
    assert warehouse.query(names) == [("x-7", "invite_sent")]


def test_event_that_changes_its_day_and_a_day_that_becomes_empty(warehouse):
    query = f"""
        select cast(event_date as varchar) from {DAILY}
        inner join intermediate.int_devices__ids using (device_key) where device_id = 'x-d1'
    """
    assert ("2026-01-14",) in warehouse.query(query)
    # The copy that was loaded first is the one that counts, whenever its file appears.
    warehouse.land(
        corrected=[message("3", "2026-01-17 08:00", _loaded_at=moment("2026-01-18 03:00"))]
    )
    assert warehouse.catch_up() == []
    assert ("2026-01-17",) in warehouse.query(query)
    assert ("2026-01-14",) not in warehouse.query(query)


def test_messages_that_change_rows_of_other_devices(warehouse):
    refused = {"context": '{"consent": false}'}
    warehouse.land(
        people=[
            # v1 and v2 share a device; what nobody signed on 12 January is v1's.
            message("p1", "2026-01-10", anonymous_id="x-shared", user_id="x-v1"),
            message("p2", "2026-01-12", anonymous_id="x-shared"),
            message("p3", "2026-01-14", anonymous_id="x-shared", user_id="x-v2"),
            # v3 is in account a1, from 15 January in a2.
            membership("p4", "2026-01-09", "x-v3", "x-a1"),
            membership("p5", "2026-01-15", "x-v3", "x-a2"),
            message("p6", "2026-01-12", anonymous_id="x-owned", user_id="x-v3"),
            message("p7", "2026-01-12", anonymous_id="x-refused", user_id="x-v3", **refused),
            alias("p8", "2026-01-09", "x-aliased", "x-v3"),
            message("p9", "2026-01-12", anonymous_id="x-aliased"),
            message("p10", "2026-01-12", anonymous_id="x-silent", user_id="x-v4", **refused),
            message("p11", "2026-01-12", anonymous_id="x-staff", user_id="x-v5"),
        ]
    )
    warehouse.build()
    query = f"""
        select device_id, user_id, account_id, session_id is not null from {FACTS}
        where event_at = timestamp '2026-01-12' and device_id like 'x-%' and device_id <> 'x-d1'
        order by device_id
    """
    assert warehouse.query(query) == [
        ("x-aliased", "x-v3", "x-a1", True),
        ("x-owned", "x-v3", "x-a1", True),
        ("x-refused", "x-v3", "x-a1", False),
        ("x-shared", "x-v1", None, True),
        ("x-silent", "x-v4", None, False),
        ("x-staff", "x-v5", None, True),
    ]
    # None of these is a message of a device above.
    warehouse.land(
        late=[
            alias("q1", "2026-01-11", "x-shared", "x-v2"),
            membership("q2", "2026-01-11", "x-v3", "x-a2"),
            alias("q3", "2026-01-11", "x-v4", "x-v1"),
            message(
                "q4",
                "2026-01-11",
                type="identify",
                event=None,
                anonymous_id=None,
                user_id="x-v5",
                traits='{"email": "v5@internal.example"}',
            ),
        ]
    )
    assert warehouse.catch_up() == []
    assert warehouse.query(query) == [
        ("x-aliased", "x-v3", "x-a2", True),
        ("x-owned", "x-v3", "x-a2", True),
        ("x-refused", "x-v3", "x-a2", False),
        ("x-shared", "x-v2", None, True),
        ("x-silent", "x-v1", None, False),
        ("x-staff", "x-v5", None, False),
    ]


@pytest.mark.parametrize(
    ("name", "value", "changed"),
    [
        ("session_timeout_minutes", 5, SESSIONS),
        ("identity_policy", "last_touch", FACTS),
        ("consent_default", "refused", FACTS),
        ("known_at", "2026-01-20", FACTS),
    ],
)
def test_changed_variable_and_back(warehouse, name, value, changed):
    public = ("core.fct_sessions", "core.dim_users", "marts.engagement__days", changed)
    before = warehouse.prints(*INCREMENTAL, *public)
    warehouse.set(**{name: value})
    assert warehouse.catch_up() == []
    assert warehouse.prints(changed) != before[-1:]
    warehouse.set()
    warehouse.build()
    assert warehouse.prints(*INCREMENTAL, *public) == before


@pytest.mark.parametrize(
    ("seed", "row"),
    [
        ("tracking_plan", "mystery_event,,true,live,core,,,,"),
        ("internal_actors", "device_id,x-d3,a tester's machine"),
        ("junk_ids", "x-u1"),
        ("bot_user_agents", "mozilla,everybody"),
    ],
)
def test_changed_definition(warehouse, seed, row):
    before = warehouse.prints(FACTS)
    warehouse.define(seed, row)
    assert warehouse.catch_up() == []
    assert warehouse.prints(FACTS) != before


def test_a_change_after_two_sessions_that_meet_in_one_moment(warehouse):
    # The second user's first message and the first one's last share a microsecond: where the
    # second session starts, the first one is not over.
    here = {"anonymous_id": "x-d9"}
    warehouse.land(
        meeting=[
            message("t1", "2026-01-25 10:00", user_id="x-u11", **here),
            message("t2", "2026-01-25 10:10", user_id="x-u11", **here),
            message("t3", "2026-01-25 10:10", user_id="x-u12", **here),
        ]
    )
    warehouse.build()
    warehouse.land(after=[message("t4", "2026-01-25 10:15", user_id="x-u12", **here)])
    assert warehouse.catch_up() == []
    counts = f"select event_count from {SESSIONS} where device_id = 'x-d9' order by started_at"
    assert warehouse.query(counts) == [(2,), (2,)]


def test_an_alias_that_divides_a_day_of_another_device(warehouse):
    # Whose the device is changes at noon, by a message that did not come from it.
    here = {"anonymous_id": "x-d10"}
    warehouse.land(
        divided=[
            message("v1", "2026-01-26 10:00", user_id="x-u11", **here),
            message("v2", "2026-01-27 09:00", **here),
            message("v3", "2026-01-27 15:00", **here),
        ]
    )
    warehouse.build()
    warehouse.land(divides=[alias("v4", "2026-01-27 12:00", "x-d10", "x-u12")])
    assert warehouse.catch_up() == []
    owners = f"select message_id, user_id from {FACTS} where device_id = 'x-d10' order by 1"
    assert warehouse.query(owners) == [("x-v1", "x-u11"), ("x-v2", "x-u11"), ("x-v3", "x-u12")]


def test_quarantined_rows_come_back(warehouse):
    fate = (
        "select message_id, reasons from governance.quarantined_events"
        " where message_id like 'x-refused%' order by all"
    )
    facts = f"select message_id from {FACTS} where message_id like 'x-refused%' order by all"
    nowhere = {"anonymous_id": None, "user_id": "x-u13"}
    timeless = {"received_at": None, "timestamp": None, "_loaded_at": None}
    warehouse.define("junk_ids", "x-u1", "x-u13")
    warehouse.land(
        broken=[
            message("refused1", "2026-01-28 10:00", **nowhere),
            message("refused2", "2026-01-28 11:00", **{**timeless, "anonymous_id": "x-d11"}),
            message("refused3", "2026-01-28 12:00", properties="{", anonymous_id="x-d11"),
        ]
    )
    assert warehouse.catch_up() == []
    assert warehouse.query(fate) == [
        ("x-refused1", "missing_ids"),
        ("x-refused2", "bad_time"),
        ("x-refused3", "malformed"),
    ]
    # The rule is mended: its rows are judged anew and counted.
    warehouse.define("junk_ids", "x-u1")
    assert warehouse.catch_up() == []
    assert warehouse.query(facts) == [("x-refused1",)]
    # The tracker sends a row again, whole: it is accepted, and what was refused stays listed.
    warehouse.land(resent=[message("refused2", "2026-01-28 11:00", anonymous_id="x-d11")])
    assert warehouse.catch_up() == []
    assert warehouse.query(facts) == [("x-refused1",), ("x-refused2",)]
    assert warehouse.query(fate) == [("x-refused2", "bad_time"), ("x-refused3", "malformed")]
    # The file is landed anew in the refused one's place: nothing of it is refused any more.
    warehouse.land(
        broken=None, mended=[message("refused3", "2026-01-28 12:00", anonymous_id="x-d11")]
    )
    assert warehouse.catch_up() == []
    assert warehouse.query(facts) == [("x-refused2",), ("x-refused3",)]
    assert warehouse.query(fate) == []


def test_gate_that_failed_and_the_fix(warehouse):
    before = warehouse.prints(FACTS)
    broken = [
        message(f"g{number}", "2026-01-16 10:00", properties="{broken", _row=number)
        for number in range(1000)
    ]
    late = moment("2026-02-20 03:00")
    warehouse.land(gated=[{**row, "_loaded_at": late} for row in broken])
    with pytest.raises(BuildFailed, match="gate_is_open_gate_staging"):
        build(warehouse.workplace, tests=True)
    # Staging took the file up, and nothing was built upon it.
    assert warehouse.value(
        "select count(*) from staging.stg_events__messages"
        " inner join staging.stg_events__load_units using (unit_id)"
        " where load_unit = 'gated.parquet'"
    ) == len(broken)
    assert warehouse.prints(FACTS) == before
    warehouse.land(gated=[message("g1", "2026-01-16 10:00", user_id="x-u8", _loaded_at=late)])
    assert warehouse.catch_up() == []
    assert warehouse.value("select count(*) from core.dim_users where user_id = 'x-u8'") == 1


def test_model_that_failed_midway_catches_up(warehouse):
    before = warehouse.prints(DAILY)
    ledger = "ledger.int_events__daily__followed"
    warehouse.land(new=[message("n1", "2026-01-16 10:00", user_id="x-u4")])
    # A view in the ledger's place: the rows are written, then the ledger cannot be.
    warehouse.execute(
        f"alter table {ledger} rename to put_aside",
        f"create view {ledger} as select * from ledger.put_aside",
    )
    with pytest.raises(BuildFailed) as caught:
        warehouse.build()
    assert list(caught.value.failures) == ["int_events__daily"]
    assert warehouse.value(TOUCHED_DEVICES) == 1
    # Data and ledger are one transaction: neither was written.
    assert warehouse.prints(DAILY) == before
    assert warehouse.value(f"select count(*) from {SESSIONED} where message_id = 'x-n1'") == 1
    warehouse.execute(
        f"drop view {ledger}", "alter table ledger.put_aside rename to int_events__daily__followed"
    )
    assert warehouse.catch_up() == []
    assert warehouse.prints(DAILY) != before


def test_model_that_was_left_out_catches_up(warehouse):
    warehouse.land(
        left_out=[
            message("n2", "2026-01-16 11:00", user_id="x-u5"),
            message("n3", "2026-01-16 12:00"),
        ]
    )
    build(warehouse.workplace, exclude=["int_events__sessioned"])
    assert warehouse.value(f"select count(*) from {FACTS} where message_id = 'x-n3'") == 0
    assert warehouse.catch_up() == []
    assert warehouse.value(f"select count(*) from {FACTS} where message_id = 'x-n3'") == 1


def test_a_ledger_that_claims_too_much_is_found_out(warehouse):
    warehouse.land(unseen=[message("n4", "2026-01-18 13:00")])
    build(warehouse.workplace, select=["+int_devices__to_aggregate"])
    warehouse.execute(
        "create or replace table ledger.int_events__daily__followed as"
        " select * from ledger.int_events__sessioned__followed"
    )
    found = warehouse.catch_up()
    assert found[0].relation == DAILY
    assert "marts.engagement__days" in {difference.relation for difference in found}
    # What the ledger lost is built again.
    warehouse.execute("drop table ledger.int_events__daily__fingerprint")
    warehouse.build()
    assert compare(warehouse.workplace.database, warehouse.refreshed) == []
