"""Which early behaviour goes with staying, found in one half of the sign-ups, tried on the other.

Method. The lift of a candidate is the difference of two retention rates, with Newcombe's interval
(1998, method 10: from two Wilson intervals), as statsmodels computes it. Among many candidates some
look good by chance: in the half in which they are sought, the interval's level is divided by their
number (Bonferroni). A candidate is supported where it holds there, and in the half held out too.
None of it says that the behaviour is the cause.
"""

from __future__ import annotations

import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep

from usage_warehouse.engine.frames import no_rows

KEYS = ["event_name", "window_days", "min_count"]
COUNTS = ["reached_count", "reached_stayed_count", "other_count", "other_stayed_count"]
# Fewer users with or without the behaviour, in either half, say nothing.
MIN_SUPPORT = 30
ALPHA = 0.05
COLUMN_TYPES = {
    "event_name": "str",
    "window_days": "int64",
    "min_count": "int64",
    **{f"{half}_{name}": "int64" for half in ("found", "held_out") for name in COUNTS},
    "candidate_count": "int64",
    **{
        f"{half}_{name}": "float64"
        for half in ("found", "held_out")
        for name in ("lift", "lift_low", "lift_high")
    },
    "verdict": "str",
}


def judge_candidates(counts: pd.DataFrame) -> pd.DataFrame:
    """The candidates with their lifts, intervals and a verdict, one row each.

    counts: the columns KEYS, is_held_out (bool) and COUNTS (users with the behaviour, those of them
        that stayed, users without it, those of them that stayed); at most one row per candidate and
        half, a missing one being of nobody with the behaviour.
    Returns the columns of COLUMN_TYPES. Lifts are differences of shares, -1 to 1, null without
    users on both sides; verdict is supported, not_confirmed (not in the half held out), no_lift or
    too_few.
    """
    if counts.empty:
        return no_rows(COLUMN_TYPES)
    halves = [
        counts[counts["is_held_out"] == is_held_out].set_index(KEYS)[COUNTS].add_prefix(prefix)
        for is_held_out, prefix in ((False, "found_"), (True, "held_out_"))
    ]
    candidates = halves[0].join(halves[1], how="outer").fillna(0).astype("int64")
    is_enough = candidates.filter(regex=r"_(reached|other)_count$").min(axis=1) >= MIN_SUPPORT
    number = int(is_enough.sum())
    for half, alpha in (("found", ALPHA / max(number, 1)), ("held_out", ALPHA)):
        lifts = [_lift(*row, alpha) for row in candidates[[f"{half}_{c}" for c in COUNTS]].values]
        names = [f"{half}_{name}" for name in ("lift", "lift_low", "lift_high")]
        candidates[names] = pd.DataFrame(lifts, columns=names, index=candidates.index)
    candidates["candidate_count"] = number
    candidates["verdict"] = "no_lift"
    candidates.loc[candidates["found_lift_low"] > 0, "verdict"] = "not_confirmed"
    is_confirmed = (candidates["found_lift_low"] > 0) & (candidates["held_out_lift_low"] > 0)
    candidates.loc[is_confirmed, "verdict"] = "supported"
    candidates.loc[~is_enough, "verdict"] = "too_few"
    ordered = candidates.reset_index().sort_values(KEYS, ignore_index=True)
    return ordered.astype(COLUMN_TYPES)[list(COLUMN_TYPES)]


def _lift(
    reached: int, reached_stayed: int, other: int, other_stayed: int, alpha: float
) -> tuple[float | None, float | None, float | None]:
    """The difference of the two shares and the ends of its interval."""
    if not reached or not other:
        return None, None, None
    low, high = confint_proportions_2indep(
        reached_stayed, reached, other_stayed, other, method="newcomb", compare="diff", alpha=alpha
    )
    return reached_stayed / reached - other_stayed / other, float(low), float(high)
