"""Runs a suite on a frame with Great Expectations and returns its results as a frame."""

from __future__ import annotations

import logging
import os
import string
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from usage_warehouse.expectations.check import RESULT_COLUMNS, ROW_COUNT, Check

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.datasource.fluent.interfaces import Batch

# Counts only: with any other format values stand in the results.
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}
# The logger that reports every temporary folder.
TALKATIVE = "great_expectations.data_context.types.base"
NOT_JUDGED = "could not be judged: the column is missing or of another type"


def run_suite(suite_name: str, frame: pd.DataFrame, checks: Sequence[Check]) -> pd.DataFrame:
    """Judge a frame; a check that cannot be evaluated counts as failed, nothing is raised.

    Returns one row per check in the order given, with the columns of RESULT_COLUMNS: suite,
    expectation (the check's name), column_name (null for the table), severity, success,
    observed (counts, in words), reason (why it exists, and the fault that it was seen to
    catch). Needs 2.5 s once per process to import Great Expectations, then some 0.1 s.
    """
    results = _validate(suite_name, frame, checks)
    rows = [
        (
            suite_name,
            check.name,
            check.column,
            check.severity,
            bool(results[check.name].success),
            _observed(check, results[check.name], frame),
            f"{check.reason} Seen to catch: {check.fault}.",
        )
        for check in checks
    ]
    return result_frame(rows)


def result_frame(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """Result rows as a frame typed alike whatever is in it, with no rows too."""
    frame = pd.DataFrame(rows, columns=list(RESULT_COLUMNS), dtype="object")
    types = {name: "bool" if name == "success" else "string" for name in RESULT_COLUMNS}
    return frame.astype(types)


def _validate(
    suite_name: str, frame: pd.DataFrame, checks: Sequence[Check]
) -> Mapping[str, ExpectationValidationResult]:
    """Results of Great Expectations by check name."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
        from great_expectations.expectations.registry import get_expectation_impl

        logging.getLogger(TALKATIVE).setLevel(logging.WARNING)
        suite = gx.ExpectationSuite(
            name=suite_name,
            expectations=[
                get_expectation_impl(check.expectation)(
                    meta={"name": check.name},
                    **({"column": check.column} if check.column else {}),
                    **check.arguments,
                    **_row_condition(check),
                )
                for check in checks
            ],
        )
        validation = _batch(gx, frame).validate(suite, result_format=RESULT_FORMAT)
    return {result.expectation_config.meta["name"]: result for result in validation.results}


def _batch(gx: Any, frame: pd.DataFrame) -> Batch:
    """The frame as a batch of a context that lives in memory and shows no progress bars."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    definition = asset.add_batch_definition_whole_dataframe("whole")
    return definition.get_batch({"dataframe": frame})


def _row_condition(check: Check) -> dict[str, str]:
    if not check.only_where:
        return {}
    return {"row_condition": check.only_where, "condition_parser": "pandas"}


def _observed(check: Check, result: ExpectationValidationResult, frame: pd.DataFrame) -> str:
    """The check's text filled with what was seen."""
    if not result.result:
        return NOT_JUDGED
    seen: dict[str, Any] = {"rows": len(frame)}
    if len(frame) == 1:
        seen |= frame.iloc[0].to_dict()
    if check.expectation != ROW_COUNT and check.column is None:
        expected = set(check.arguments["column_set"])
        seen["lacking"] = ", ".join(sorted(expected - set(frame.columns))) or "none"
        seen["surplus"] = ", ".join(sorted(set(frame.columns) - expected)) or "none"
    if check.column is not None:
        judged = frame.query(check.only_where) if check.only_where else frame
        values = judged[check.column].dropna()
        seen["judged"] = len(judged)
        seen["failed"] = result.result.get("unexpected_count", 0)
        seen["low"] = values.min() if len(values) else None
        seen["high"] = values.max() if len(values) else None
    return _Words().format(check.says, **seen)


class _Words(string.Formatter):
    """str.format for people: thousands are separated, what is absent is called so."""

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key))

    def format_field(self, value: Any, format_spec: str) -> str:
        if pd.isna(value):
            return "none"
        if not format_spec and isinstance(value, (int, float)) and float(value).is_integer():
            return f"{int(value):,}"
        if hasattr(value, "item"):
            value = value.item()
        return super().format_field(value, format_spec)
