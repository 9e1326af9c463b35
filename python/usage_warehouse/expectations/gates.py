"""What the gate models hold: the results of all suites of a layer, never an exception."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd

from usage_warehouse.expectations.business import COVERAGE, ROWS
from usage_warehouse.expectations.core import CORE
from usage_warehouse.expectations.frames import (
    audit_frame,
    core_frame,
    feed_frame,
    load_days_frame,
    plan_matches,
    raw_files_frame,
    read_headers,
    rows_frame,
    sources_frame,
)
from usage_warehouse.expectations.marts import MARTS
from usage_warehouse.expectations.raw import RAW_FILES
from usage_warehouse.expectations.runner import result_frame, run_suite
from usage_warehouse.expectations.staging import FEED, LOAD_DAYS, SOURCES


def raw_results(profile: pd.DataFrame, load_units: pd.DataFrame) -> pd.DataFrame:
    """Suite raw_files on governance.profile_raw_files and the headers of the files."""
    return run_suite("raw_files", raw_files_frame(profile, read_headers(load_units)), RAW_FILES)


def staging_results(profile: pd.DataFrame, session: Any) -> pd.DataFrame:
    """Suites load_days, sources and feed on governance.profile_load_days and the plan."""
    load_days = load_days_frame(profile)
    return pd.concat(
        [
            run_suite("load_days", load_days, LOAD_DAYS),
            run_suite("sources", sources_frame(load_days), SOURCES),
            run_suite("feed", feed_frame(load_days, plan_matches(session)), FEED),
        ],
        ignore_index=True,
    )


def business_rows_results(conservation: pd.DataFrame) -> pd.DataFrame:
    """Suite rows on governance.source_conservation; no result where it has no row."""
    if conservation.empty:
        return result_frame([])
    return run_suite("rows", rows_frame(conservation), ROWS)


def coverage_results(coverage: pd.DataFrame) -> pd.DataFrame:
    """Suite coverage on governance.account_match_coverage; no result where it has no row."""
    return result_frame([]) if coverage.empty else run_suite("coverage", coverage, COVERAGE)


def together(*results: pd.DataFrame) -> pd.DataFrame:
    """The results of several suites as those of one gate."""
    return pd.concat([result for result in results if not result.empty], ignore_index=True)


def core_results(session: Any) -> pd.DataFrame:
    """Suite core."""
    return run_suite("core", core_frame(session), CORE)


def marts_results(session: Any, as_of_at: datetime | None = None) -> pd.DataFrame:
    """Suite marts, also the audit of a release file; as_of_at as in frames.audit_frame."""
    return run_suite("marts", audit_frame(session, as_of_at), MARTS)


def is_off(setting: object) -> bool:
    """Whether a variable such as using_events says no; YAML hands it over as text."""
    return str(setting).strip().lower() in ("false", "no", "off", "0")


def switched_off(suite_name: str) -> pd.DataFrame:
    """The one result of a layer whose source is switched off: an open gate that says so."""
    return result_frame(
        [
            (
                suite_name,
                "source_is_switched_on",
                None,
                "warn",
                True,
                "events are switched off (using_events: false): nothing to judge",
                "A source that a company does not have reads as empty, by its own choice.",
            )
        ]
    )
