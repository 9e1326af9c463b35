"""Funnel definitions: the rows of `funnels` and `funnel_steps`, checked and typed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from usage_warehouse.errors import BadInvocation

ORDERINGS = ("ordered", "strict", "unordered")
KINDS = ("step", "optional", "exclusion")
MAX_STEP_NUMBER = 62
MICROSECONDS_PER_SECOND = 1_000_000
NO_WINDOW = 2**63 - 1


@dataclass(frozen=True)
class FunnelDefinition:
    """One funnel.

    `window` is in microseconds (`NO_WINDOW` = none). `mandatory` and `optional` are ascending step
    numbers. `exclusions` are the step numbers of exclusion rows; number k bars the way from the
    last mandatory step before k to the first mandatory step at or after k.
    """

    funnel_id: str
    ordering: str
    window: int
    mandatory: tuple[int, ...]
    optional: tuple[int, ...]
    exclusions: tuple[int, ...]

    def barring_bits(self) -> list[int]:
        """For each mandatory step (by position), the `barred_mask` bits that bar the way to it."""
        bits = [0] * len(self.mandatory)
        for number in self.exclusions:
            bits[bisect_left(self.mandatory, number)] |= step_bit(number)
        return bits


def step_bit(step_number: int) -> int:
    """Bit of a step number in `matched_mask` and `barred_mask`: step k is bit k - 1."""
    return 1 << (step_number - 1)


def read_definitions(funnels: pd.DataFrame, steps: pd.DataFrame) -> list[FunnelDefinition]:
    """Check and type the definition rows, in order of funnel_id.

    Several rows of one number and kind are alternatives of that step.

    Raises:
        BadInvocation: a missing column or value, an unknown ordering or kind, a negative window, a
            duplicate or undefined funnel, or step numbers that contradict each other.
    """
    require_columns(funnels, "funnels", ("funnel_id", "ordering", "window_seconds"))
    require_columns(steps, "funnel_steps", ("funnel_id", "step_number", "kind"))
    numbers: dict[str, dict[str, set[int]]] = {}
    for row in funnels["funnel_id"]:
        if pd.isna(row):
            raise BadInvocation("funnels: a row has no funnel_id", "name every funnel")
        if row in numbers:
            raise BadInvocation(f"funnels: '{row}' is defined twice", "keep one row per funnel_id")
        numbers[row] = {kind: set() for kind in KINDS}
    step_rows = zip(steps["funnel_id"], steps["step_number"], steps["kind"], strict=True)
    for funnel_id, number, kind in step_rows:
        _check_step(funnel_id, number, kind, numbers)
        numbers[funnel_id][kind].add(int(number))
    funnel_rows = zip(
        funnels["funnel_id"], funnels["ordering"], funnels["window_seconds"], strict=True
    )
    return [
        _definition(funnel_id, ordering, window_seconds, numbers[funnel_id])
        for funnel_id, ordering, window_seconds in sorted(funnel_rows, key=lambda row: row[0])
    ]


def require_columns(frame: pd.DataFrame, name: str, columns: Iterable[str]) -> None:
    """Raise `BadInvocation` naming the columns that `frame` lacks."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise BadInvocation(
            f"{name}: missing column {', '.join(missing)}",
            f"give {name} the columns {', '.join(columns)}",
        )


def _check_step(funnel_id: object, number: object, kind: object, known: dict) -> None:
    where = f"funnel_steps: funnel '{funnel_id}', step_number {number}"
    if pd.isna(funnel_id) or funnel_id not in known:
        raise BadInvocation(f"{where}: no such funnel", "add it to funnels or correct funnel_id")
    if kind not in KINDS:
        raise BadInvocation(f"{where}: unknown kind '{kind}'", f"use one of {', '.join(KINDS)}")
    if pd.isna(number) or int(number) != number or not 1 <= number <= MAX_STEP_NUMBER:
        raise BadInvocation(
            f"{where}: not a step number", f"use a whole number from 1 to {MAX_STEP_NUMBER}"
        )


def _definition(
    funnel_id: str, ordering: object, window_seconds: object, numbers: dict[str, set[int]]
) -> FunnelDefinition:
    mandatory, optional, exclusions = (tuple(sorted(numbers[kind])) for kind in KINDS)
    if ordering not in ORDERINGS:
        raise BadInvocation(
            f"funnels: funnel '{funnel_id}': unknown ordering '{ordering}'",
            f"use one of {', '.join(ORDERINGS)}",
        )
    if not pd.isna(window_seconds) and window_seconds < 0:
        raise BadInvocation(
            f"funnels: funnel '{funnel_id}': window_seconds {window_seconds} is negative",
            "use a number of seconds, or leave it empty for no window",
        )
    where = f"funnel_steps: funnel '{funnel_id}'"
    if not mandatory or mandatory[0] != 1:
        raise BadInvocation(f"{where}: step 1 is missing", "give step_number 1 the kind 'step'")
    for number in sorted(set(mandatory) & set(optional)):
        raise BadInvocation(
            f"{where}, step_number {number}: both 'step' and 'optional'", "give it one kind"
        )
    for number in exclusions:
        if not 1 < number <= mandatory[-1]:
            raise BadInvocation(
                f"{where}, step_number {number}: an exclusion here bars the way to no step",
                f"use a number from 2 to {mandatory[-1]}: k bars the way from step k-1 to k",
            )
    window = (
        NO_WINDOW
        if pd.isna(window_seconds)
        else min(int(window_seconds) * MICROSECONDS_PER_SECOND, NO_WINDOW - 1)
    )
    return FunnelDefinition(funnel_id, str(ordering), window, mandatory, optional, exclusions)
