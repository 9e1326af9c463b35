"""What an expectation is in this project: the rule, how grave it is, why, and what breaks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["fail", "warn"]

RESULT_COLUMNS = (
    "suite",
    "expectation",
    "column_name",
    "severity",
    "success",
    "observed",
    "reason",
)

# Shorthands for the types of Great Expectations used more than once.
ROW_COUNT = "expect_table_row_count_to_be_between"
COLUMN_SET = "expect_table_columns_to_match_set"
NOT_NULL = "expect_column_values_to_not_be_null"
BETWEEN = "expect_column_values_to_be_between"
IN_SET = "expect_column_values_to_be_in_set"


@dataclass(frozen=True)
class Check:
    """One expectation of a suite.

    name         what is expected, unique in its suite
    expectation  its type in Great Expectations, with `arguments`
    column       the column it reads; None = the table as a whole
    severity     fail: nothing built upon it, nothing published; warn: the release is degraded
    says         what a person reads, a format text over: rows, failed, judged, low, high (the
                 column's range in the judged rows), lacking and surplus columns, and all
                 columns of a frame that has one row. Counts and shares, never values.
    reason       why it exists, when and on what grounds its bound was set, and what to do
    fault        what a mutation in the tests plants to make it fail
    only_where   the rows it judges, a pandas query; empty = all
    """

    name: str
    expectation: str
    says: str
    reason: str
    fault: str
    column: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = "fail"
    only_where: str = ""


def frame_checks(
    columns: tuple[str, ...],
    key: str,
    unit: str,
    empty: str,
    rows: Mapping[str, int] | None = None,
) -> tuple[Check, ...]:
    """The three checks every suite starts with: rows, column set, a key without nulls.

    columns  all columns of the frame
    key      the column that is never null
    unit     what a row is, in the plural
    empty    what it means, and what to do, when there is no row
    rows     bounds of the row count; None = at least one
    """
    return (
        Check(
            name=f"{unit.replace(' ', '_')}_are_there",
            expectation=ROW_COUNT,
            arguments=rows or {"min_value": 1},
            says=f"{{rows}} {unit}",
            reason=f"Most expectations hold on an empty frame. {empty}",
            fault=f"a frame without {unit}",
        ),
        Check(
            name="columns_are_as_profiled",
            expectation=COLUMN_SET,
            arguments={"column_set": list(columns), "exact_match": True},
            says="lacking: {lacking}; surplus: {surplus}",
            reason="A column that was renamed would be judged by nobody. Mend the profile.",
            fault="a column renamed in the profile",
        ),
        Check(
            name=f"{key}_is_set",
            expectation=NOT_NULL,
            column=key,
            says=f"{{failed}} of {{rows}} {unit} without {key}",
            reason="Most expectations hold on nulls. Mend the profile.",
            fault=f"{key} null",
        ),
    )
