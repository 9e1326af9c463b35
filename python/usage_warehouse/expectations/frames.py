"""The frames that suites judge: small, made by one aggregate each, the same on any engine.

`session` is whatever runs SQL and has `.sql(text)`: a DuckDB connection (of a build or of a
release file) or a Spark session. No row of data comes into Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib.resources import files
from typing import Any

import pandas as pd

from usage_warehouse.engine.frames import to_pandas
from usage_warehouse.expectations.raw import REQUIRED_COLUMNS


def raw_files_frame(profile: pd.DataFrame, headers: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """The profile of raw files with what each file's header says and how late it is.

    profile  governance.profile_raw_files, a row per file
    headers  load_unit → the columns of that file, in any case; an unknown file has none

    Adds has_<column> per required column (boolean) and lag_excess_hours.
    """
    frame = profile.copy()
    found = {unit: {name.lower() for name in names} for unit, names in headers.items()}
    for column in REQUIRED_COLUMNS:
        frame[f"has_{column}"] = [column in found.get(unit, ()) for unit in frame["load_unit"]]
    frame["lag_excess_hours"] = frame["lag_hours_median"] - frame["usual_lag_hours"]
    return frame


def read_headers(load_units: pd.DataFrame) -> dict[str, list[str]]:
    """The columns of each Parquet file, from its footer: load_unit → names.

    load_units: the columns load_unit and file_path. A file that cannot be read has no columns.
    """
    with ThreadPoolExecutor(max_workers=4) as pool:
        headers = list(pool.map(_header, load_units["file_path"]))
    return dict(zip(load_units["load_unit"], headers, strict=True))


def rows_frame(conservation: pd.DataFrame) -> pd.DataFrame:
    """governance.source_conservation as a row per table: how many rows went where.

    Adds up days of load; every outcome that is no version, duplicate or correction is quarantined.
    """
    kinds = {"accepted": "accepted", "duplicate": "duplicate", "corrected": "corrected"}
    kind = conservation["outcome"].map(kinds).fillna("quarantined")
    counts = (
        conservation.assign(kind=kind)
        .pivot_table("row_count", ["source", "table_name"], "kind", aggfunc="sum", fill_value=0)
        .reindex(columns=[*kinds, "quarantined"], fill_value=0)
        .astype("int64")
        .add_suffix("_count")
    )
    total = counts.sum(axis="columns")
    counts.insert(0, "row_count", total)
    counts["quarantined_share"] = counts["quarantined_count"] / total
    return counts.reset_index().rename_axis(columns=None)


def _header(path: str) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return list(pq.read_schema(path).names)
    except (OSError, pa.ArrowInvalid):
        return []


def load_days_frame(profile: pd.DataFrame) -> pd.DataFrame:
    """governance.profile_load_days with two columns more.

    usable_count: the lines not quarantined. quarantined_excess: how far the quarantined share is
    above three times the usual one.
    """
    return profile.assign(
        usable_count=profile["row_count"] - profile["quarantined_count"],
        quarantined_excess=profile["quarantined_share"] - 3 * profile["usual_quarantined_share"],
    )


def sources_frame(load_days: pd.DataFrame) -> pd.DataFrame:
    """A row per source with its lines over all days of load, and their shares."""
    counts = ["row_count", "accepted_count", "duplicate_count", "quarantined_count"]
    frame = load_days.groupby("source", as_index=False)[counts].sum()
    for outcome in ("accepted", "duplicate", "quarantined"):
        frame[f"{outcome}_share"] = frame[f"{outcome}_count"] / frame["row_count"]
    return frame


def feed_frame(load_days: pd.DataFrame, plan_matches: pd.DataFrame) -> pd.DataFrame:
    """One row: all lines, beside how the tracking plan matches (plan_matches, one row)."""
    counts = ["row_count", "accepted_count", "quarantined_count"]
    totals = load_days[counts].sum().astype("int64").to_frame().T
    return totals.assign(**plan_matches.iloc[0].to_dict())


def plan_matches(session: Any) -> pd.DataFrame:
    """One row: events in the plan, event names loaded, and how many stand in both."""
    return to_pandas(session.sql(_query("plan_matches")))


def core_frame(session: Any) -> pd.DataFrame:
    """One row of measures over core.fct_events, fct_sessions, dim_users and dim_accounts."""
    return to_pandas(session.sql(_query("core_profile")))


def audit_frame(session: Any, as_of_at: datetime | None = None) -> pd.DataFrame:
    """One row of measures over the marts and the core they come from.

    as_of_at is the business horizon that the marts were built with, UTC without zone; None
    takes the newest load, which is the default horizon of a build.
    """
    moment = as_of_at
    if moment is None:
        newest = to_pandas(session.sql("select max(loaded_at) as moment from core.fct_events"))
        moment = newest["moment"].iloc[0]
    literal = "cast(null as timestamp)" if pd.isna(moment) else f"cast('{moment}' as timestamp)"
    return to_pandas(session.sql(_query("marts_profile").replace(":as_of_at", literal)))


def _query(name: str) -> str:
    return (files(__package__) / f"{name}.sql").read_text(encoding="utf-8")
