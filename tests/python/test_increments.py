"""Each way in which the past can change: after it, increments equal a full refresh.

One warehouse lives through all cases, one after the other; a case builds its increment,
proves that something really changed, and compares every relation with a full refresh of the
same raw folder, definitions and variables.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from usage_warehouse.replay.compare import INCREMENTAL, Difference, compare, fingerprints
from usage_warehouse.replay.pack import (
    DEFINITIONS,
    draw_pack,
    messages_table,
    write_definition,
    write_definitions,
    write_files,
)
from usage_warehouse.replay.runner import BuildFailed, Workplace, build, refresh

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # dbt's own log file and loop
SECOND = 1_000_000
FACTS = "core.fct_events"
SESSIONS = "core.fct_sessions"
DAILY = "intermediate.int_events__daily"
SESSIONED = "intermediate.int_events__sessioned"
LEDGERS = tuple(
    f"ledger.{model}__{part}"
    for model in ("stg_events__messages", "int_events__sessioned", "int_events__daily")
    for part in ("fingerprint", "consumed")
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


@dataclass
class Living:
    """A warehouse that is built incrementally, and what its raw folder holds now."""

    workplace: Workplace
    files: dict[str, pa.Table] = field(default_factory=dict)
    is_built: bool = False

    def land(self, **files: list[dict[str, object]] | None) -> None:
        """Put files into the raw folder, replace them, or (None) withdraw them."""
        for name, rows in files.items():
            if rows is None:
                del self.files[name]
            else:
                self.files[name] = messages_table(rows)
        write_files(self.workplace.raw, "messages", self.files)
        self.is_built = False

    def define(self, name: str, *added: str) -> None:
        """One seed as it was at first, with further rows."""
        write_definition(self.workplace.seeds, name, (*DEFINITIONS[name][1:], *added))
        self.is_built = False

    def set(self, **variables: object) -> None:
        """The variables of the builds from now on."""
        self.workplace = replace(self.workplace, variables=variables)
        self.is_built = False

    def build(self) -> None:
        """Build the increment."""
        build(self.workplace)
        self.is_built = True

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.workplace.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def value(self, sql: str) -> Any:
        return self.query(sql)[0][0]

    def execute(self, *statements: str) -> None:
        with duckdb.connect(str(self.workplace.database)) as connection:
            for statement in statements:
                connection.execute(statement)

    def prints(self, *relations: str) -> list[str]:
        found = fingerprints(self.workplace.database, relations)
        return [found[name].digest for name in relations]

    def against_refresh(self) -> list[Difference]:
        """How the build database differs from a full refresh, which stays in `refreshed`."""
        increments = self.workplace.put_aside("increments")
        refresh(self.workplace)
        self.refreshed = self.workplace.put_aside("refreshed")
        self.workplace.bring_back(increments)
        return compare(self.workplace.database, self.refreshed)

    def catch_up(self) -> list[Difference]:
        """Build the increment and hold it against a full refresh."""
        self.build()
        return self.against_refresh()


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Living:
    """Six random histories and a device of our own."""
    root = tmp_path_factory.mktemp("increments")
    pack = draw_pack(6, 1, seed=11)
    write_definitions(root / "seeds")
    living = Living(Workplace(root, root / "raw", root / "seeds"))
    living.files = {name: messages_table(rows) for name, rows in pack.files_at(1).items()}
    living.land(
        own=[
            message("1", "2026-01-12 09:00"),
            message("2", "2026-01-12 09:10"),
            message("3", "2026-01-14 09:00"),
            message("4", "2026-01-20 09:00", user_id="x-u1", event="task_completed"),
        ],
        extra=[message("5", "2026-01-22 09:00", anonymous_id="x-d2", user_id="x-u2")],
        changing=[message("6", "2026-01-12 09:00", anonymous_id="x-d3")],
    )
    return living


@pytest.fixture
def warehouse(living: Living) -> Living:
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
        "select count(*) from staging.stg_events__messages where load_unit = 'gated.parquet'"
    ) == len(broken)
    assert warehouse.prints(FACTS) == before
    warehouse.land(gated=[message("g1", "2026-01-16 10:00", user_id="x-u8", _loaded_at=late)])
    assert warehouse.catch_up() == []
    assert warehouse.value("select count(*) from core.dim_users where user_id = 'x-u8'") == 1


def test_model_that_failed_midway_catches_up(warehouse):
    before = warehouse.prints(DAILY)
    ledger = "ledger.int_events__daily__consumed"
    warehouse.land(new=[message("n1", "2026-01-16 10:00", user_id="x-u4")])
    # A view in the ledger's place: the rows are written, then the ledger cannot be.
    warehouse.execute(
        f"alter table {ledger} rename to put_aside",
        f"create view {ledger} as select * from ledger.put_aside",
    )
    with pytest.raises(BuildFailed) as caught:
        warehouse.build()
    assert list(caught.value.failures) == ["int_events__daily"]
    assert warehouse.value("select count(*) from intermediate.int_devices__to_aggregate") == 1
    # Data and ledger are one transaction: neither was written.
    assert warehouse.prints(DAILY) == before
    assert warehouse.value(f"select count(*) from {SESSIONED} where message_id = 'x-n1'") == 1
    warehouse.execute(
        f"drop view {ledger}", "alter table ledger.put_aside rename to int_events__daily__consumed"
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
    warehouse.land(unseen=[message("n4", "2026-01-16 13:00", user_id="x-u6")])
    build(warehouse.workplace, select=["+int_devices__to_aggregate"])
    warehouse.execute(
        "create or replace table ledger.int_events__daily__consumed as"
        " select * from intermediate.int_devices__resolution_inputs"
    )
    found = warehouse.catch_up()
    assert found[0].relation == DAILY
    assert "marts.engagement__days" in {difference.relation for difference in found}
    # What the ledger lost is built again.
    warehouse.execute("drop table ledger.int_events__daily__fingerprint")
    warehouse.build()
    assert compare(warehouse.workplace.database, warehouse.refreshed) == []
