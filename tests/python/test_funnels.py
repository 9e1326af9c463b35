"""Funnel matching against an exhaustive search, and each rule at its boundary."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from funnel_oracle import (
    ACTOR_FIELDS,
    EVENT_COLUMNS,
    SECOND,
    STEP_FIELDS,
    Event,
    Funnel,
    by_actor,
    oracle,
    run,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from usage_warehouse.errors import BadInvocation
from usage_warehouse.funnels import FunnelMatches, log, match_funnels

TIMES = [SECOND * s + e for s, e in [(-2, 0), (-1, 0), (0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]]


@st.composite
def cases(
    draw: st.DrawFn, ordering: str, overlapping: bool, extras: bool
) -> tuple[dict[str, list[Event]], Funnel, int]:
    """One funnel with up to four mandatory steps, and tiny logs of a few actors, rows shuffled."""
    kinds = ["step"] if not extras else ["step", "step", "optional"]
    later = draw(st.lists(st.sampled_from(kinds), max_size=3))
    numbers = {kind: [n for n, k in enumerate(["step", *later], 1) if k == kind] for kind in kinds}
    mandatory = numbers["step"]
    bars = list(range(2, mandatory[-1] + 1)) if extras else []
    exclusions = sorted(draw(st.sets(st.sampled_from(bars)))) if bars else []
    window = draw(st.sampled_from([None, 0, SECOND, 2 * SECOND, 3 * SECOND]))
    steps = range(1, len(later) + 2)
    size = len(steps) if overlapping else 1
    one_event = st.tuples(
        st.sampled_from(TIMES),
        st.frozensets(st.sampled_from(steps), max_size=size),
        st.frozensets(st.sampled_from(exclusions), max_size=1)
        if exclusions
        else st.just(frozenset()),
    )
    unique = None if draw(st.booleans()) else (lambda event: event[0])
    logs = {}
    for actor in draw(st.sampled_from(["a", "ab", "abc"])):
        drawn = draw(st.lists(one_event, min_size=1, max_size=5, unique_by=unique))
        ids = draw(st.permutations(range(len(drawn))))
        logs[actor] = [Event(at, f"m{i}", s, b) for (at, s, b), i in zip(drawn, ids, strict=True)]
    funnel = Funnel(ordering, window, mandatory, numbers.get("optional", []), exclusions)
    return logs, funnel, draw(st.sampled_from(TIMES))


@pytest.mark.parametrize("extras", [True, False], ids=["optional_exclusion", "plain"])
@pytest.mark.parametrize("overlapping", [True, False], ids=["overlapping", "disjoint"])
@pytest.mark.parametrize("ordering", ["ordered", "strict", "unordered"])
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_equals_exhaustive_search(
    ordering: str, overlapping: bool, extras: bool, data: st.DataObject
) -> None:
    logs, funnel, horizon = data.draw(cases(ordering, overlapping, extras))
    found = run(logs, funnel, horizon)
    expected = {actor: oracle(events, funnel, horizon) for actor, events in logs.items()}
    entered = {actor: result for actor, result in sorted(expected.items()) if result}
    actors, steps = by_actor(found.actors, ACTOR_FIELDS), by_actor(found.steps, STEP_FIELDS)
    assert actors == {actor: [result[0]] for actor, result in entered.items()}
    assert steps == {actor: result[1] for actor, result in entered.items() if result[1]}


# --- rules at their boundary -------------------------------------------------------------------

ABC = ["A", "B", "C"]


def play(
    log_text: str,
    steps: list[str],
    ordering: str = "ordered",
    window: int | None = 10,
    optional: dict[int, str] | None = None,
    exclusions: dict[int, str] | None = None,
    horizon: int = 1000,
) -> FunnelMatches:
    """Match one actor's log such as "A0 B5 C10+1": names with seconds, `+1` = a microsecond more.

    Step k is `steps[k - 1]`, "" leaves its number to an optional step; a step of several letters is
    any of them. Message ids follow the order of writing.
    """
    optional, exclusions = optional or {}, exclusions or {}
    mandatory = {k: name for k, name in enumerate(steps, 1) if name}
    events = []
    for i, word in enumerate(log_text.split()):
        name, (seconds, _, more) = word[0], word[1:].partition("+")
        matched = frozenset(k for k, names in {**mandatory, **optional}.items() if name in names)
        barred = frozenset(k for k, names in exclusions.items() if name in names)
        events.append(Event(int(seconds) * SECOND + int(more or 0), f"m{i}", matched, barred))
    limit = None if window is None else window * SECOND
    funnel = Funnel(ordering, limit, list(mandatory), list(optional), list(exclusions))
    return run({"a": events}, funnel, horizon * SECOND)


def outcome(found: FunnelMatches) -> tuple[int, float, str]:
    """Furthest step, entry in seconds, and converted, excluded, pending or dropped."""
    row = found.actors.iloc[0]
    state = "pending" if row.has_open_window else "dropped"
    state = "converted" if row.is_converted else "excluded" if row.is_excluded else state
    return row.furthest_step, row.entered_at / SECOND, state


def reached(found: FunnelMatches) -> dict[int, float]:
    """Seconds at which each step was reached."""
    return dict(zip(found.steps.step_number, found.steps.reached_at / SECOND, strict=True))


@pytest.mark.parametrize(
    ("events", "steps", "ordering", "expected"),
    [
        pytest.param("A0 B5 C10", ABC, "ordered", (3, 0, "converted"), id="exactly_on_the_window"),
        pytest.param("A0 B5 C10+1", ABC, "ordered", (2, 0, "dropped"), id="a_microsecond_past"),
        pytest.param("A0 B5 C10", ABC, "strict", (3, 0, "converted"), id="strict_on_the_window"),
        pytest.param("A0 B5 C10+1", ABC, "strict", (2, 0, "dropped"), id="strict_past"),
        pytest.param("C0 B5 A10", ABC, "unordered", (3, 0, "converted"), id="unordered_on"),
        pytest.param("C0 B5 A10+1", ABC, "unordered", (2, 0, "dropped"), id="unordered_past"),
        pytest.param("A-9 B-4 C1", ABC, "ordered", (3, -9, "converted"), id="before_the_epoch"),
        pytest.param("A0 A3", ["A"] * 3, "ordered", (2, 0, "dropped"), id="aaa_two_events"),
        pytest.param("A0 A3 A3", ["A"] * 3, "ordered", (3, 0, "converted"), id="aaa_three_events"),
        pytest.param("A0 A3", ["A"] * 3, "unordered", (2, 0, "dropped"), id="unordered_aaa"),
        pytest.param("C4 B4 A4", ABC, "ordered", (3, 4, "converted"), id="tie_in_step_order"),
        pytest.param("B4 A4 D4 C5", ABC, "strict", (3, 4, "converted"), id="strict_tie_at_start"),
        pytest.param("A4 B5 D5 C6", ABC, "strict", (2, 4, "dropped"), id="strict_tie_later"),
        pytest.param(
            "A4 B5 C5 D5 E6", ["A", "B", "C", "E"], "strict", (3, 4, "dropped"), id="strict_partly"
        ),
        pytest.param("A4 D5 B6", ABC, "strict", (1, 4, "dropped"), id="strict_interrupted"),
        pytest.param("A0 B0 B1 C2", ABC, "strict", (3, 0, "converted"), id="strict_spares_a_tie"),
        pytest.param("A0 D5 B6 C7", ABC, "ordered", (3, 0, "converted"), id="others_are_ignored"),
        pytest.param("A0 A20 B21", ABC, "ordered", (2, 20, "dropped"), id="furthest_attempt"),
        pytest.param("A0 B1 A20 B21", ABC, "ordered", (2, 0, "dropped"), id="earliest_of_equals"),
        pytest.param("P0 A0", ["A", "P"], "ordered", (2, 0, "converted"), id="either_opens_a_tie"),
        pytest.param("P1 A2", ["AP", "AP", "P"], "ordered", (2, 1, "dropped"), id="overlap"),
        pytest.param(
            "A1 P1 A1", ["AP", "AP", "P"], "ordered", (3, 1, "converted"), id="overlap_tie"
        ),
        pytest.param(
            "P1 A2", ["AP", "P"], "unordered", (2, 1, "converted"), id="overlap_rematched"
        ),
    ],
)
def test_path(events: str, steps: list[str], ordering: str, expected: tuple) -> None:
    assert outcome(play(events, steps, ordering)) == expected


@pytest.mark.parametrize(
    ("events", "ordering", "expected"),
    [
        pytest.param("A0 X2 B3 C4", "ordered", (1, 0, "excluded"), id="between"),
        pytest.param("A0 X0 B3 C4", "ordered", (3, 0, "converted"), id="tied_with_step_before"),
        pytest.param("A0 X3 B3 C4", "ordered", (3, 0, "converted"), id="tied_with_step_after"),
        pytest.param("A0 B3 X3+1 C4", "ordered", (3, 0, "converted"), id="of_another_gap"),
        pytest.param("A0 X10", "ordered", (1, 0, "excluded"), id="step_not_reached_in_window"),
        pytest.param("A0 X10+1", "ordered", (1, 0, "dropped"), id="step_not_reached_past_window"),
        pytest.param("A0 X2 B3 C4 A20", "ordered", (1, 20, "dropped"), id="a_clean_attempt_wins"),
        pytest.param("A0 X2 A3 B4 C5", "ordered", (3, 3, "converted"), id="clean_and_converted"),
        pytest.param("A0 X2 B3 C4", "unordered", (2, 3, "dropped"), id="unordered_inside"),
        pytest.param("A0 B3 C4 X4", "unordered", (3, 0, "converted"), id="unordered_tied_with_end"),
        pytest.param("A0 B1 X5", "unordered", (2, 0, "excluded"), id="unordered_unfinished"),
        pytest.param("A0 B2 X2 X4", "unordered", (2, 0, "excluded"), id="unordered_tied_inside"),
        pytest.param("A0 X5 B9", "unordered", (1, 9, "dropped"), id="unordered_opens_after"),
    ],
)
def test_exclusion(events: str, ordering: str, expected: tuple) -> None:
    """Number 2 bars the way from step 1 to step 2; in an unordered funnel the whole span."""
    found = play(events, ABC, ordering, exclusions={2: "X"})
    assert outcome(found) == expected
    assert found.steps.empty == (expected[2] == "excluded")


@pytest.mark.parametrize("event", ["X", "Y"])
def test_two_exclusion_numbers_can_bar_the_same_way(event: str) -> None:
    """With an optional step 2, numbers 2 and 3 both bar the way from step 1 to step 3."""
    bars = {2: "X", 3: "Y"}
    found = play(f"A0 {event}2 B5", ["A", "", "B"], optional={2: "O"}, exclusions=bars)
    assert outcome(found) == (1, 0, "excluded")


def test_exclusion_after_the_horizon_does_not_count_against_a_missing_step() -> None:
    assert outcome(play("A0 X5", ABC, exclusions={2: "X"}, horizon=5))[2] == "excluded"
    assert outcome(play("A0 X5+1", ABC, exclusions={2: "X"}, horizon=5))[2] == "pending"


@pytest.mark.parametrize(
    ("horizon", "window", "is_open"), [(10, 10, False), (9, 10, True), (9, None, False)]
)
@pytest.mark.parametrize("ordering", ["ordered", "strict", "unordered"])
def test_window_is_over_exactly_at_the_horizon(
    ordering: str, horizon: int, window: int | None, is_open: bool
) -> None:
    found = play("A-50 A0", ABC, ordering, window=window, horizon=horizon)
    assert found.actors["has_open_window"].tolist() == [is_open]
    assert found.actors["first_entered_at"].tolist() == [-50 * SECOND]


@pytest.mark.parametrize(
    ("events", "ordering", "expected"),
    [
        pytest.param("A0 O2 B5", "ordered", {1: 0, 2: 2, 3: 5}, id="between"),
        pytest.param("A0 B5 O6", "ordered", {1: 0, 3: 5}, id="after_the_next_mandatory_step"),
        pytest.param("A0 O10", "ordered", {1: 0, 2: 10}, id="next_not_reached"),
        pytest.param("A0 O10+1", "ordered", {1: 0}, id="past_the_window"),
        pytest.param("O0 A0 B0", "ordered", {1: 0, 2: 0, 3: 0}, id="tied"),
        pytest.param("A0 O2 B5", "strict", {1: 0, 2: 2}, id="strict_is_interrupted_by_it"),
        pytest.param("B0 O2 A5", "unordered", {1: 0, 2: 2, 3: 5}, id="unordered"),
        pytest.param("B0 A5 O6", "unordered", {1: 0, 3: 5}, id="unordered_after_completion"),
    ],
)
def test_optional_step(events: str, ordering: str, expected: dict) -> None:
    assert reached(play(events, ["A", "", "B"], ordering, optional={2: "O"})) == expected


def test_step_times_are_measured_from_the_last_mandatory_step() -> None:
    steps = play("A0 O2 B5 C9", ["A", "", "B", "C"], optional={2: "O"}).steps
    elapsed = steps["microseconds_from_previous"]
    assert elapsed.isna().tolist() == [True, False, False, False]
    assert (elapsed.dropna() // SECOND).tolist() == [2, 5, 4]


@pytest.mark.parametrize(("events", "expected"), [("P0 A0", {1: 0}), ("A0 P0", {1: 0, 2: 0})])
def test_the_opening_event_is_used_and_the_first_message_opens(events: str, expected: dict) -> None:
    assert reached(play(events, ["AP"], optional={2: "P"})) == expected


def test_in_an_unordered_tie_the_event_without_an_optional_step_counts_first() -> None:
    found = play("P0 A0 B5", ["AP", "", "B"], "unordered", optional={2: "P"})
    assert reached(found) == {1: 0, 2: 0, 3: 5}


def test_an_event_of_two_optional_steps_counts_for_one() -> None:
    found = play("A0 P2 O3", ["A"], optional={2: "OP", 3: "P"})
    assert reached(found) == {1: 0, 2: 3, 3: 2}


# --- frames ------------------------------------------------------------------------------------


def test_empty_input_gives_typed_empty_frames() -> None:
    full, empty = play("A0 B1", ABC), run({}, Funnel("ordered", None, [1, 2]))
    nobody = play("B1", ABC)
    for frames in (empty, nobody):
        assert len(frames.actors) == len(frames.steps) == 0
        assert frames.actors.dtypes.equals(full.actors.dtypes)
        assert frames.steps.dtypes.equals(full.steps.dtypes)


def random_input(seed: int, actors: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    names = ["ordered", "strict", "unordered"]
    count = actors * 3 * 8
    events = pd.DataFrame(
        {
            "funnel_id": rng.choice(names, count),
            "actor_id": [f"a{i}" for i in rng.integers(0, actors, count)],
            "event_at": rng.integers(-20, 20, count) * SECOND,
            "message_id": [f"m{i}" for i in rng.permutation(count)],
            "matched_mask": rng.choice([0, 0, 1, 2, 4, 8, 12], count),
            "barred_mask": rng.choice([0, 4, 4, 4], count),
        }
    )
    funnels = pd.DataFrame({"funnel_id": names, "ordering": names, "window_seconds": [9, None, 7]})
    rows = [(name, number, "step") for name in names for number in (1, 3, 4)]
    rows += [(name, number, kind) for name in names for number, kind in [(2, "optional")]]
    rows += [(name, 3, "exclusion") for name in names]
    return events, funnels, pd.DataFrame(rows, columns=["funnel_id", "step_number", "kind"])


def test_neither_row_order_nor_block_size_nor_company_matters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events, funnels, steps = random_input(seed=7, actors=30)
    whole = match_funnels(events, funnels, steps, 10 * SECOND)
    assert len(whole.actors) > 60
    assert whole.actors[["is_excluded", "is_converted", "has_open_window"]].any().all()
    monkeypatch.setattr(log, "ROWS_PER_BLOCK", 5)
    shuffled = events.sample(frac=1, random_state=1)
    again = match_funnels(
        shuffled, funnels[::-1], steps[::-1], pd.Timestamp("1970-01-01 00:00:10").as_unit("s")
    )
    pd.testing.assert_frame_equal(again.actors, whole.actors)
    pd.testing.assert_frame_equal(again.steps, whole.steps)
    horizon = pd.Timestamp("1970-01-01 01:00:10", tz="Europe/Berlin")
    alone = [match_funnels(part, funnels, steps, horizon) for _, part in events.groupby("actor_id")]
    for name in ("actors", "steps"):
        joined = pd.concat([getattr(part, name) for part in alone])
        joined = joined.sort_values(["funnel_id", "actor_id"], kind="stable", ignore_index=True)
        pd.testing.assert_frame_equal(joined, getattr(whole, name))


@pytest.mark.parametrize(
    ("table", "column", "value", "message"),
    [
        ("funnels", "ordering", "sorted", "unknown ordering 'sorted'"),
        ("funnels", "window_seconds", -1, "window_seconds -1 is negative"),
        ("funnels", "funnel_id", "other", "funnel 'f', step_number 1: no such funnel"),
        ("steps", "step_number", 63, "step_number 63: not a step number"),
        ("steps", "step_number", 2, "step 1 is missing"),
        ("steps", "kind", "maybe", "unknown kind 'maybe'"),
        ("steps", "kind", "exclusion", "step 1 is missing"),
        ("events", "funnel_id", "g", "row 0: funnel 'g' is not defined"),
        ("events", "actor_id", None, "row 0: actor_id is null"),
        ("events", "matched_mask", -1, "row 0: negative mask"),
    ],
)
def test_wrong_input_is_named(table: str, column: str, value: object, message: str) -> None:
    events = pd.DataFrame([("f", "a", 0, "m", 1, 0)], columns=EVENT_COLUMNS)
    funnels = pd.DataFrame({"funnel_id": ["f"], "ordering": ["ordered"], "window_seconds": [1]})
    steps = pd.DataFrame({"funnel_id": ["f"], "step_number": [1], "kind": ["step"]})
    frames = {"events": events, "funnels": funnels, "steps": steps}
    frames[table] = frames[table].assign(**{column: [value]})
    with pytest.raises(BadInvocation, match=message):
        match_funnels(horizon=0, **frames)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (("f", 1, "optional"), "step_number 1: both 'step' and 'optional'"),
        (("f", 2, "exclusion"), "step_number 2: an exclusion here bars the way to no step"),
    ],
)
def test_contradicting_steps_are_named(extra: tuple, message: str) -> None:
    steps = pd.DataFrame([("f", 1, "step"), extra], columns=["funnel_id", "step_number", "kind"])
    funnels = pd.DataFrame({"funnel_id": ["f"], "ordering": ["ordered"], "window_seconds": [1]})
    with pytest.raises(BadInvocation, match=message):
        match_funnels(pd.DataFrame(columns=EVENT_COLUMNS), funnels, steps, 0)
    with pytest.raises(BadInvocation, match="events: missing column barred_mask"):
        match_funnels(pd.DataFrame(columns=EVENT_COLUMNS[:-1]), funnels, steps[:1], 0)
