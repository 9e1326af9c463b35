"""What a session of Spark has read, written, shuffled and computed, from its own counters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Work:
    """Sums over all stages: bytes, and seconds of processor time of the executors."""

    stages: int
    bytes_read: int
    bytes_written: int
    bytes_shuffled: int
    processor_seconds: float

    def __sub__(self, earlier: Work) -> Work:
        """What was done since."""
        return Work(
            self.stages - earlier.stages,
            self.bytes_read - earlier.bytes_read,
            self.bytes_written - earlier.bytes_written,
            self.bytes_shuffled - earlier.bytes_shuffled,
            self.processor_seconds - earlier.processor_seconds,
        )

    def __str__(self) -> str:
        """One line for a person."""
        return (
            f"read {self.bytes_read / MEGABYTE:,.0f} MB, wrote {self.bytes_written / MEGABYTE:,.0f}"
            f" MB, shuffled {self.bytes_shuffled / MEGABYTE:,.0f} MB,"
            f" {self.processor_seconds:,.0f} s of processor time in {self.stages:,} stages"
        )


def work_done(session: Any) -> Work:
    """The work of all stages that the session still remembers (spark.ui.retainedStages)."""
    context = session.sparkContext
    gateway = context._gateway
    quantiles = gateway.new_array(gateway.jvm.double, 0)
    stages = context._jsc.sc().statusStore().stageList(None, False, False, quantiles, None)
    found = [stages.apply(place) for place in range(stages.size())]
    return Work(
        len(found),
        sum(stage.inputBytes() for stage in found),
        sum(stage.outputBytes() for stage in found),
        sum(stage.shuffleWriteBytes() for stage in found),
        sum(stage.executorCpuTime() for stage in found) / 1e9,
    )
