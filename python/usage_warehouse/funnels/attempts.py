"""The result of a walk: every attempt of every actor in a log, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Attempts:
    """Attempts in order of actor, opening time and message id; A attempts, n mandatory steps.

    opening: (A,) the event that opens the attempt.
    furthest: (A,) number of mandatory steps reached before the end or the exclusion.
    is_spoilt: (A,) an exclusion event barred the way.
    reached: (A, n) what reached each step, -1 where not reached: a tie group in ordered and strict
        funnels, an event in unordered ones.
    """

    opening: np.ndarray
    furthest: np.ndarray
    is_spoilt: np.ndarray
    reached: np.ndarray

    def take(self, rows: np.ndarray) -> Attempts:
        """The attempts at `rows`, in that order."""
        return Attempts(
            self.opening[rows], self.furthest[rows], self.is_spoilt[rows], self.reached[rows]
        )


def best_attempts(attempts: Attempts, actor: np.ndarray) -> np.ndarray:
    """Row of each actor's result: a clean attempt first, then the furthest, then the earliest.

    `actor` is the actor code of each attempt, ascending. Returns one row per actor, ascending.
    """
    order = np.lexsort((-attempts.furthest, attempts.is_spoilt, actor))
    first = np.append(True, actor[order][1:] != actor[order][:-1])
    return order[first]
