"""What the replay's histories hold, and how they lie in a raw folder."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pyarrow.parquet as pq
import pytest

from usage_warehouse.replay.business import business_tables
from usage_warehouse.replay.pack import draw_pack, write_step
from usage_warehouse.replay.replay import draw_companies
from usage_warehouse.replay.rows import FIRST, MESSAGES, SECOND_EDITION, Slot


def test_the_same_seed_draws_the_same_pack_and_another_another():
    assert draw_companies(3, 4, seed=5) == draw_companies(3, 4, seed=5)
    assert draw_companies(3, 4, seed=5) != draw_companies(3, 4, seed=6)


def test_a_history_does_not_depend_on_its_neighbours():
    few, many = draw_companies(2, 4, seed=5), draw_companies(9, 4, seed=5)
    assert few.histories == many.histories[:2]


def test_histories_share_no_id():
    for history in draw_companies(20, 4, seed=1).histories:
        assert 60 <= sum(row.table == MESSAGES for row in history.messages) <= 220
        for row in history.messages:
            for name in row.values:
                if name != "id" and not name.endswith("_id"):
                    continue
                text = str(row.values[name] or "").strip().lower()
                named = text.startswith(f"{history.prefix}-")
                assert named or text in ("", "null", "undefined", "0")


def test_a_pack_has_every_tracker_and_every_kind_of_version():
    rows = [row for history in draw_companies(20, 4, seed=1).histories for row in history.messages]
    sources = Counter(row.values["_source"] for row in rows if row.table == MESSAGES)
    assert set(sources) == {None, "mobile", "amplitude", "mixpanel", "posthog", "snowplow"}
    assert min(sources.values()) > 40
    versions: dict[tuple[object, ...], list[dict[str, object]]] = {}
    for row in rows:
        if row.table != MESSAGES:
            valid_at = business_tables()[row.table].valid_at
            key = (row.table, row.values["id"], row.values[valid_at])
            versions.setdefault(key, []).append(row.values)
    assert {table for table, *_ in versions} == set(business_tables()) - {
        "billing/tier",
        "support/domain_name",
    }
    told = [found for (_, _, at), found in versions.items() if len(found) > 1 and at is not None]
    corrected = [found for found in told if len({row["_loaded_at"] for row in found}) > 1]
    tied = [found for found in told if len({row["_loaded_at"] for row in found}) < len(found)]
    undated = [found for (_, _, at), found in versions.items() if at is None]
    deleted = [found for found in versions.values() if any(row.get("_deleted") for row in found)]
    assert min(map(len, (corrected, tied, undated, deleted))) > 20


def test_files_of_a_table_are_of_several_schema_versions(tmp_path):
    write_step(draw_companies(1, 1, seed=3), 1, tmp_path)
    for table, varies in (
        (MESSAGES, ("_loader_batch", "previous_id")),
        ("crm/account", ("_loader_batch", "parent_id", "_deleted", "_fivetran_deleted")),
    ):
        schemas = [pq.read_schema(path) for path in sorted((tmp_path / table).glob("*"))]
        for name in varies:
            assert {name in schema.names for schema in schemas} == {True, False}
        times = {str(s.field("_loaded_at").type) for s in schemas if "_loaded_at" in s.names}
        assert times == {"string", "timestamp[us, tz=UTC]"}


@pytest.mark.parametrize("seed", range(1, 30))
def test_every_pack_brings_files_late_withdraws_one_and_changes_one(seed):
    pack = draw_pack(1, 4, seed=seed)
    assert all(pack.arriving_at(step) for step in range(1, 5))
    newest = max(slot.loaded_at for slot in pack.slots if slot.arrives < 4)
    assert any(slot.arrives == 4 and slot.loaded_at < newest for slot in pack.slots)
    assert sum(slot.leaves is not None for slot in pack.slots) == 1
    assert sum(slot.changes is not None for slot in pack.slots) == 1
    for slot in pack.slots:
        assert slot.leaves is None or slot.arrives < slot.leaves <= 4
        assert slot.changes is None or slot.arrives < slot.changes <= 4


def test_a_row_keeps_its_load_time_whenever_its_file_appears(tmp_path):
    pack = draw_companies(4, 4, seed=3)
    loaded: dict[tuple[object, ...], object] = {}
    for step in range(1, 5):
        write_step(pack, step, tmp_path)
        stands = {slot.name for slot in pack.slots if slot.edition_at(step)}
        files = list((tmp_path / "events" / "messages").glob("*.parquet"))
        assert {path.stem for path in files} == stands
        for path in files:
            for row in pq.read_table(path, partitioning=None).to_pylist():
                key = (path.stem, row["message_id"], row["_file"], row["_row"])
                if row["_row"] is not None:
                    at = datetime.fromisoformat(str(row["_loaded_at"]))
                    assert loaded.setdefault(key, at) == at
    assert len(loaded) > 200


def test_editions_of_a_file():
    slot = Slot("s", 0, arrives=2, leaves=4, changes=3)
    assert [slot.edition_at(step) for step in (1, 2, 3, 4)] == [None, FIRST, SECOND_EDITION, None]
