"""Many histories side by side in one raw folder, as it stands at each load step."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from usage_warehouse.definitions.defaults import add_missing_definitions
from usage_warehouse.land.store import REJECT_SCHEMA
from usage_warehouse.replay.business import draw_business
from usage_warehouse.replay.files import LEAVES_OUT, SCHEMA_VERSIONS, raw_table, write_files
from usage_warehouse.replay.histories import draw_history, draw_slots
from usage_warehouse.replay.rows import MESSAGES, REJECTS, Draw, History, Slot
from usage_warehouse.replay.timeline import draw_cast


@dataclass(frozen=True)
class Pack:
    """Histories with disjoint ids on common files, loaded in steps 1 to `steps`."""

    steps: int
    slots: tuple[Slot, ...]
    histories: tuple[History, ...]

    def tables(self) -> list[str]:
        """The raw tables (`source/table`) that the histories have rows of."""
        found = {row.table for history in self.histories for row in history.messages}
        return sorted({MESSAGES, *found})

    def files_at(self, step: int, table: str = MESSAGES) -> dict[str, list[dict[str, object]]]:
        """The rows of every file of a raw table that stands there at that step, by its name."""
        files: dict[str, list[dict[str, object]]] = {}
        for slot in self.slots:
            edition = slot.edition_at(step)
            if edition is not None:
                files[slot.name] = [
                    message.values
                    for history in self.histories
                    for message in history.messages
                    if message.table == table
                    and message.slot == slot.name
                    and message.stands_in(edition)
                ]
        return files

    def arriving_at(self, step: int) -> int:
        """How many files appear, change or vanish at that step."""
        return sum(step in (slot.arrives, slot.leaves, slot.changes) for slot in self.slots)


def draw_pack(histories: int, steps: int, seed: int) -> Pack:
    """`histories` random histories over `steps` loads; the same seed draws the same pack.

    A history depends on the seed and its own number alone, not on how many there are.
    """
    slots = draw_slots(steps, Draw(seed, 0))
    return Pack(
        steps,
        slots,
        tuple(
            draw_history(f"h{number:03d}", slots, Draw(seed, number))
            for number in range(1, histories + 1)
        ),
    )


def with_business(pack: Pack, seed: int) -> Pack:
    """The pack that `seed` drew, with what billing, CRM and support know of its accounts."""
    histories = tuple(
        replace(
            history,
            messages=history.messages
            + draw_business(
                draw_cast(history.prefix, Draw(seed, number)), pack.slots, Draw(seed, number, 1)
            ),
        )
        for number, history in enumerate(pack.histories, start=1)
    )
    return replace(pack, histories=histories)


def write_step(pack: Pack, step: int, raw: Path, *, schema_versions: bool = True) -> None:
    """Make the raw folder what it is at that step; files that stay the same are not touched.

    Files of several schema versions lie side by side, unless told otherwise: then only columns
    that a file does not need are left out.
    """
    for table in pack.tables():
        wanted = {}
        for number, (name, rows) in enumerate(sorted(pack.files_at(step, table).items())):
            version = number % SCHEMA_VERSIONS
            if version == LEAVES_OUT or schema_versions:
                wanted[name] = raw_table(table, rows, version)
            else:
                wanted[name] = raw_table(table, rows)
        write_files(raw, table, wanted)
    rejects = {slot.name: _rejects(slot) for slot in pack.slots[::3] if slot.edition_at(step)}
    write_files(raw, REJECTS, rejects)


def _rejects(slot: Slot) -> pa.Table:
    """One line of that file that could not be parsed."""
    row = {
        "_file": f"{slot.name}.jsonl",
        "_row": 1,
        "reason": "not JSON",
        "line_sha256": hashlib.sha256(slot.name.encode()).hexdigest(),
        "_loaded_at": slot.loaded_at,
    }
    return pa.Table.from_pylist([row], schema=REJECT_SCHEMA)


def write_definitions(
    folder: Path, internal_actors: Sequence[tuple[str, str]] = (), *, empty_plan: bool = False
) -> None:
    """Small seeds that use every kind of definition, as CSV files in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in DEFINITIONS.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if empty_plan:
        write_definition(folder, "tracking_plan", ())
    rows = [f"{kind},{value},drawn" for kind, value in internal_actors]
    write_definition(folder, "internal_actors", (*DEFINITIONS["internal_actors"][1:], *rows))
    add_missing_definitions(folder)


def write_definition(folder: Path, name: str, rows: Sequence[str]) -> None:
    """One seed with these rows (lines of CSV) below its header."""
    text = "\n".join([DEFINITIONS[name][0], *rows]) + "\n"
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")


DEFINITIONS: dict[str, tuple[str, ...]] = {
    "tracking_plan": (
        "event_name,feature,is_active_signal,status,owner,question,required_properties,"
        "introduced_on,retired_on",
        "page,navigation,false,live,web,,,,",
        "screen,navigation,false,live,mobile,,,,",
        "signed_up,onboarding,true,live,growth,,,,",
        "task_created,tasks,true,live,core,,step;size:number,,",
        "task_completed,tasks,true,live,core,,,,",
        "report_viewed,reports,true,deprecated,core,,,2026-01-01,2026-01-24",
        "invite_sent,collaboration,true,live,growth,,,2026-01-16,",
        "heartbeat,,false,live,core,,,,",
        "export_made,reports,true,planned,core,,,,",
    ),
    "activation_rules": (
        "rule_id,grain,criterion_id,event_name,min_count,window_days",
        "first_value,user,made,task_created,2,7",
        "first_value,user,done,task_completed,1,14",
        "team_value,account,invited,invite_sent,1,14",
    ),
    "funnels": (
        "funnel_id,name,grain,ordering,window_seconds",
        "work,Work,user,ordered,604800",
        "habit,Habit,user,strict,86400",
        "reach,Reach,account,unordered,1209600",
        "report,Report,user,ordered,",
    ),
    "funnel_steps": (
        "funnel_id,step_number,event_name,property_name,property_value,kind",
        "work,1,task_created,,,step",
        "work,2,task_completed,step,import,step",
        "work,3,report_viewed,,,step",
        "habit,1,task_created,,,step",
        "habit,2,task_completed,,,step",
        "reach,1,task_created,,,step",
        "reach,2,invite_sent,,,step",
        "report,1,page,,,step",
        "report,2,invite_sent,,,optional",
        "report,2,heartbeat,,,exclusion",
        "report,3,task_created,,,step",
    ),
    "internal_actors": ("kind,value,reason", "email_domain,internal.example,staff"),
    "bot_user_agents": ("pattern,reason", "bot,says so"),
    "junk_ids": ("value", "undefined", "null", "0"),
}
