"""The account of one file: what its lines became, whether it is exact, what to warn of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from usage_warehouse.errors import GateError
from usage_warehouse.land.blocks import ParsedBlock
from usage_warehouse.land.facts import FileFacts
from usage_warehouse.land.store import LandedNames


@dataclass
class Account:
    """Running totals of one file's lines.

    `newest` is the latest received_at; `made_ids` and `unread_times` count messages without
    an id of their own and with a time that could not be read.
    """

    landed: int = 0
    other_lines: int = 0
    made_ids: int = 0
    unread_times: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    newest: datetime | None = None

    @property
    def line_count(self) -> int:
        """Physical lines accounted for so far."""
        return self.landed + self.other_lines + self.reasons.total()

    def add(self, block: ParsedBlock) -> None:
        """Count the lines of one more block."""
        self.other_lines += block.other_lines
        self.reasons.update(reject.reason for reject in block.rejects)
        messages = block.messages
        if messages is None or not messages.num_rows:
            return
        self.landed += messages.num_rows
        self.made_ids += pc.sum(messages["has_made_id"]).as_py()
        self.unread_times += pc.sum(messages["has_unread_time"]).as_py()
        newest = pc.max(messages["received_at"].cast(pa.timestamp("us", tz="UTC"))).as_py()
        if newest is not None:
            self.newest = newest if self.newest is None else max(self.newest, newest)

    def check(self, facts: FileFacts) -> None:
        """Every line of the first pass is accounted for, exactly once. Raises GateError."""
        if self.line_count != facts.line_count:
            raise GateError(
                f"{facts.path}: {facts.line_count} lines in the file, but {self.landed} landed, "
                f"{self.reasons.total()} refused and {self.other_lines} blank or continued; "
                "nothing of it was landed",
                "this is a fault of the landing: report it with the file",
            )

    def warnings(
        self, facts: FileFacts, format_: str, loaded_at: datetime, names: LandedNames
    ) -> Iterator[str]:
        """What a person should know about this file although it landed."""
        name = facts.name
        if self.newest is not None and self.newest > loaded_at:
            yield (
                f"{name}: the newest message was received at {self.newest:%Y-%m-%d %H:%M:%S}Z, "
                f"later than the load time {loaded_at:%Y-%m-%d %H:%M:%S}Z: by default what lies "
                "after the newest load time is not counted (see --loaded-at)"
            )
        if facts.is_cut:
            yield f"{name}: the compressed file ends early; what could be read of it was landed"
        if self.unread_times:
            yield (
                f"{name}: {self.unread_times} messages hold a time that cannot be read as "
                "ISO 8601 or an epoch; it is null in their row"
            )
        if not self.landed and self.reasons:
            yield f"{name}: no line could be landed: is it a {format_} file? (see --format)"
        if self.made_ids:
            others = names.others(name, facts.content_hash)
            if others:
                yield (
                    f"{name}: {self.made_ids} messages have no id of their own, and a file of "
                    f"this name with other content was landed before ({others[0]}): what stands "
                    "in both counts twice; remove the older one if this file replaces it"
                )
