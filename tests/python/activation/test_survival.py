"""Curves of the time to activation: published values, edges, groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from usage_warehouse.activation.survival import COLUMN_TYPES, survival_steps


def actors(*observed: tuple[int, bool], **keys: str) -> pd.DataFrame:
    """Actors of one group: for how many microseconds each was observed, and whether activated."""
    named = {"rule_id": "r", "grain": "user", "dimension": "all", "dimension_value": "all", **keys}
    frame = pd.DataFrame(observed, columns=["observed_microseconds", "is_activated"])
    return frame.assign(**named)


def test_the_remission_times_of_freireich_have_the_published_curve() -> None:
    """6-MP arm of Freireich et al. (1963), in every textbook: S(10) = 0.753, S(23) = 0.448."""
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    events = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    steps = survival_steps(actors(*zip(weeks, map(bool, events), strict=True)))
    assert steps["observed_microseconds"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert steps["at_risk_count"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert steps["activated_count"].tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert steps["share_not_activated"].round(3).tolist() == [
        *(0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448)
    ]
    assert steps["standard_error"].round(4).tolist()[2] == 0.0963
    # As R's survfit(conf.type = "log-log") prints it.
    at_13 = steps[steps["observed_microseconds"] == 13].iloc[0]
    assert (round(at_13["share_low"], 2), round(at_13["share_high"], 2)) == (0.43, 0.85)


def test_the_pending_leave_the_curve_and_are_no_failures() -> None:
    steps = survival_steps(actors((5, True), (3, False), (5, False), (9, True)))
    # At equal times the activation comes first: who was last seen then was still at risk.
    assert steps["at_risk_count"].tolist() == [3, 1]
    assert steps["share_not_activated"].tolist() == pytest.approx([2 / 3, 0])
    assert steps[["share_low", "share_high"]].iloc[1].tolist() == [0, 0]


def test_groups_do_not_meet_and_one_without_activation_has_no_curve() -> None:
    mixed = pd.concat(
        [
            actors((1, True), (2, False)),
            actors((1, True), dimension="plan", dimension_value="pro"),
            actors((1, False), dimension="plan", dimension_value="free"),
        ]
    )
    steps = survival_steps(mixed.sample(frac=1, random_state=1))
    assert steps[["dimension_value", "at_risk_count"]].to_numpy().tolist() == [
        ["all", 2],
        ["pro", 1],
    ]


@pytest.mark.parametrize("rows", [(), ((7, False),)])
def test_without_an_activation_there_are_no_rows_but_columns(rows) -> None:
    steps = survival_steps(actors(*rows))
    assert steps.empty
    assert {name: str(kind) for name, kind in steps.dtypes.items()} == COLUMN_TYPES


def test_microseconds_stay_exact() -> None:
    longest = 285 * 365 * 86_400 * 1_000_000
    steps = survival_steps(actors((longest, True), (longest - 1, True)))
    assert steps["observed_microseconds"].tolist() == [longest - 1, longest]
    assert np.isfinite(steps["share_low"]).all()
