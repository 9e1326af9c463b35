"""Kaplan-Meier curves of the time to activation: frames in, one long frame out.

Method. The product-limit estimator of Kaplan and Meier (1958) with Greenwood's standard error, as
statsmodels computes it; the interval is the one on the log(-log) scale (Kalbfleisch and Prentice),
which stays within 0 and 1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import SurvfuncRight

from usage_warehouse.engine.frames import no_rows

KEYS = ["rule_id", "grain", "dimension", "dimension_value"]
COLUMN_TYPES = {
    **dict.fromkeys(KEYS, "str"),
    "observed_microseconds": "int64",
    "at_risk_count": "int64",
    "activated_count": "int64",
    "share_not_activated": "float64",
    "standard_error": "float64",
    "share_low": "float64",
    "share_high": "float64",
}
# of a normal distribution, for an interval of 95 %
Z = 1.959963984540054


def survival_steps(actors: pd.DataFrame) -> pd.DataFrame:
    """The steps of the curve of every group, one row per time at which somebody activated.

    actors: the columns KEYS, observed_microseconds (int64, the time to activation, else for how
        long none was seen; not negative) and is_activated (bool). One row per actor.
    Returns the columns of COLUMN_TYPES, shares between 0 and 1; a group in which nobody activated
    has no row.
    """
    steps = [
        _steps(group).assign(**dict(zip(KEYS, keys, strict=True)))
        for keys, group in actors.groupby(KEYS, sort=True)
        if group["is_activated"].any()
    ]
    if not steps:
        return no_rows(COLUMN_TYPES)
    return pd.concat(steps, ignore_index=True).astype(COLUMN_TYPES)[list(COLUMN_TYPES)]


def _steps(group: pd.DataFrame) -> pd.DataFrame:
    times = group["observed_microseconds"].to_numpy()
    # Whole microseconds are exact as floats for some 285 years.
    curve = SurvfuncRight(times.astype(float), group["is_activated"].to_numpy().astype(int))
    low, high = _log_log_interval(curve.surv_prob, curve.surv_prob_se)
    return pd.DataFrame(
        {
            "observed_microseconds": np.rint(curve.surv_times).astype(np.int64),
            "at_risk_count": np.rint(curve.n_risk).astype(np.int64),
            "activated_count": np.rint(curve.n_events).astype(np.int64),
            "share_not_activated": curve.surv_prob,
            "standard_error": curve.surv_prob_se,
            "share_low": low,
            "share_high": high,
        }
    )


def _log_log_interval(share: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of the interval; where the estimate is 0 there is no scale, and they are 0."""
    inside = (share > 0) & (share < 1)
    low, high = np.zeros_like(share), np.zeros_like(share)
    width = Z * error[inside] / (share[inside] * np.abs(np.log(share[inside])))
    low[inside] = share[inside] ** np.exp(width)
    high[inside] = share[inside] ** np.exp(-width)
    return low, high
