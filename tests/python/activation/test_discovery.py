"""Candidates for a first value: published intervals, correction, support, verdicts."""

from __future__ import annotations

import pandas as pd
import pytest

from usage_warehouse.activation.discovery import COLUMN_TYPES, COUNTS, KEYS, judge_candidates

Counts = tuple[int, int, int, int]


def candidates(**found: tuple[Counts, Counts | None]) -> pd.DataFrame:
    """Counts of candidates by event name, in the earlier half and in the one held out."""
    rows = [
        [name, 7, 1, is_held_out, *counts]
        for name, halves in found.items()
        for is_held_out, counts in zip((False, True), halves, strict=True)
        if counts is not None
    ]
    return pd.DataFrame(rows, columns=[*KEYS, "is_held_out", *COUNTS])


def test_an_interval_is_the_published_one() -> None:
    """Newcombe (1998), table II, case (a): 56/70 against 48/80 is 0.0524 to 0.3339."""
    judged = judge_candidates(candidates(a=((70, 56, 80, 48), (70, 56, 80, 48)))).iloc[0]
    assert judged["candidate_count"] == 1
    for half in ("found", "held_out"):
        assert judged[f"{half}_lift"] == pytest.approx(0.2)
        assert judged[f"{half}_lift_low"] == pytest.approx(0.0524, abs=5e-5)
        assert judged[f"{half}_lift_high"] == pytest.approx(0.3339, abs=5e-5)
    assert judged["verdict"] == "supported"


def test_more_candidates_need_more_evidence_where_they_are_sought() -> None:
    case = ((70, 56, 80, 48), (70, 56, 80, 48))
    many = judge_candidates(candidates(**{f"e{number}": case for number in range(40)}))
    assert set(many["candidate_count"]) == {40}
    assert (many["found_lift_low"] < 0).all()
    assert set(many["verdict"]) == {"no_lift"}
    assert many["held_out_lift_low"].tolist() == pytest.approx([0.0524] * 40, abs=5e-5)


@pytest.mark.parametrize(
    ("halves", "verdict"),
    [
        (((100, 80, 100, 20), (100, 80, 100, 20)), "supported"),
        (((100, 80, 100, 20), (100, 50, 100, 50)), "not_confirmed"),
        (((100, 50, 100, 50), (100, 80, 100, 20)), "no_lift"),
        (((100, 20, 100, 80), (100, 20, 100, 80)), "no_lift"),
        (((30, 30, 30, 0), (30, 30, 30, 0)), "supported"),
        (((29, 29, 30, 0), (30, 30, 30, 0)), "too_few"),
        (((30, 30, 30, 0), (30, 30, 29, 0)), "too_few"),
        (((100, 80, 100, 20), None), "too_few"),
    ],
)
def test_verdicts(halves, verdict) -> None:
    assert judge_candidates(candidates(a=halves))["verdict"].tolist() == [verdict]


def test_what_nobody_can_be_set_against_has_no_lift_and_does_not_count_as_tried() -> None:
    judged = judge_candidates(
        candidates(all=((100, 50, 0, 0), (100, 50, 0, 0)), a=((70, 56, 80, 48), (70, 56, 80, 48)))
    ).set_index("event_name")
    assert judged.loc["all", ["found_lift", "held_out_lift_low"]].isna().all()
    assert judged["candidate_count"].tolist() == [1, 1]
    assert judged["verdict"].to_dict() == {"a": "supported", "all": "too_few"}


def test_without_candidates_there_are_columns() -> None:
    judged = judge_candidates(candidates())
    assert judged.empty
    assert {name: str(kind) for name, kind in judged.dtypes.items()} == COLUMN_TYPES
