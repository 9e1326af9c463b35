"""What spoils a frame, and the frames of billing, CRM and support with their faults."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Mutation = Callable[[pd.DataFrame], pd.DataFrame]


def frame_of(rows: int, **columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns, index=range(rows))


def in_row(row: int, **values: object) -> Mutation:
    """Sets columns in one row; -1 is the last."""

    def mutate(frame: pd.DataFrame) -> pd.DataFrame:
        changed = frame.astype(dict.fromkeys(values, "object"))
        for column, value in values.items():
            changed.loc[changed.index[row], column] = value
        types = {c: frame[c].dtype for c in values if changed[c].notna().all()}
        return changed.infer_objects().astype(types, errors="ignore")

    return mutate


def no_rows(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:0]


def renamed_column(frame: pd.DataFrame) -> pd.DataFrame:
    """The new name is there; the old one stays so that no other check is left without it."""
    return frame.assign(**{f"{frame.columns[-1]}_renamed": frame[frame.columns[-1]]})


def of_every_suite(unit: str, key: str) -> dict[str, Mutation]:
    return {
        f"{unit}_are_there": no_rows,
        "columns_are_as_profiled": renamed_column,
        f"{key}_is_set": in_row(0, **{key: None}),
    }


BUSINESS_FRAMES = {
    "rows": frame_of(
        2,
        source=["billing", "crm"],
        table_name=["invoice", "account"],
        row_count=[100, 100],
        accepted_count=[50, 85],
        duplicate_count=[0, 5],
        corrected_count=[0, 5],
        quarantined_count=[50, 5],
        quarantined_share=[0.05, 0.05],
    ),
    "coverage": frame_of(
        2,
        source=["billing", "billing"],
        measure=["parties", "mrr_usd"],
        source_count=2,
        party_count=20,
        total=[20, 1000],
        matched=[10, 1000],
        with_events=[0, 1000],
        matched_share=[0.5, 1.0],
    ),
}
BUSINESS_MUTATIONS: dict[str, dict[str, Mutation]] = {
    "rows": {
        **of_every_suite("raw_tables", "row_count"),
        "refused_rows_are_the_minority": in_row(0, quarantined_count=60, quarantined_share=0.6),
        "refused_rows_are_few": in_row(1, quarantined_count=10, quarantined_share=0.1),
    },
    "coverage": {
        **of_every_suite("measures_of_matching", "party_count"),
        "most_is_matched": in_row(1, matched=333, matched_share=0.333),
        "matched_is_part_of_all": in_row(1, matched=1100, matched_share=1.1),
    },
}
