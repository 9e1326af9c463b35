"""The same raw rows give the same core, marts and governance, however they are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from usage_warehouse.land.store import MESSAGE_SCHEMA
from usage_warehouse.replay.compare import Difference, compare
from usage_warehouse.replay.pack import Pack, draw_pack, write_definitions, write_step
from usage_warehouse.replay.rows import Draw
from usage_warehouse.replay.runner import Workplace, build_apart, refresh

# dbt leaves its own log file and event loop to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
# One row per raw file, so it tells other files apart.
ABOUT_FILES = ("governance.profile_raw_counts", "governance.profile_raw_files")


@dataclass(frozen=True)
class Reference:
    """A pack as it stands after its only load, and the database built from it on 4 threads."""

    pack: Pack
    workplace: Workplace
    database: Path

    def differs(self, built: Path, exclude: tuple[str, ...] = ()) -> list[Difference]:
        return compare(self.database, built, incremental=False, exclude=exclude)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    root = tmp_path_factory.mktemp("determinism")
    pack = draw_pack(12, 1, seed=23)
    actors = [row for history in pack.histories for row in history.internal_actors]
    write_definitions(root / "seeds", actors)
    write_step(pack, 1, root / "raw")
    workplace = Workplace(root, root / "raw", root / "seeds", threads=4)
    refresh(workplace)
    return Reference(pack, workplace, workplace.put_aside("reference"))


def test_one_thread_and_four(reference):
    workplace = replace(reference.workplace, threads=1)
    refresh(workplace)
    assert reference.differs(workplace.database) == []


def test_another_time_zone_of_the_machine(reference):
    workplace = replace(reference.workplace, root=reference.workplace.root / "far_away")
    build_apart(workplace, {"TZ": "Asia/Kathmandu", "PGTZ": "Asia/Kathmandu"})
    assert reference.differs(workplace.database) == []


def test_shuffled_rows_in_other_files(reference):
    raw = reference.workplace.root / "shuffled"
    rows = [row for rows in reference.pack.files_at(1).values() for row in rows]
    assert len(rows) > 800
    shuffled = Draw(7).shuffled(rows)
    for number, size in enumerate((1, 150, 400, len(rows))):
        part, shuffled = shuffled[:size], shuffled[size:]
        folder = raw / "events" / "messages" / f"part={number}"
        folder.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(part, schema=MESSAGE_SCHEMA), folder / "rows.parquet")
    (raw / "events" / "rejects").symlink_to(reference.workplace.raw / "events" / "rejects")
    workplace = replace(reference.workplace, raw=raw)
    refresh(workplace)
    assert reference.differs(workplace.database, exclude=ABOUT_FILES) == []
    # The files are other ones, so the relation left out is not the same.
    assert [found.relation for found in reference.differs(workplace.database)] == [*ABOUT_FILES]
