"""The project's singular data tests: silent on right relations, loud at every planted fault.

Each is rendered from its file and run in DuckDB on a tiny database made by hand, which holds
just the relations that it reads.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import jinja2
import pytest


@dataclass(frozen=True)
class Case:
    """One singular test: the rows of each relation it reads, and faults as SQL statements."""

    relations: dict[str, str]
    faults: dict[str, str]


def values(columns: str, *rows: str) -> str:
    """A query of literal rows."""
    return f"select * from (values {', '.join(rows)}) as v({columns})"


CONSERVED = values(
    "source, outcome, row_count",
    "('events', 'accepted', 5)",
    "('events', 'duplicate', 2)",
    "('events', 'malformed', 2)",
    "('mobile', 'bad_time', 1)",
)
FUNNEL_STEPS = values(
    "funnel_id, step_number, is_optional, actor_count, mature_count",
    "('f', 1, false, 3, 2)",
    "('f', 2, true, 1, 1)",
    "('f', 3, false, 3, 2)",
    "('g', 1, false, 1, 0)",
)
LIFECYCLE = values(
    "grain, period_type, period_start, active_count, returning_count, dormant_count, is_open",
    "('user', 'day', date '2026-01-01', 3, 0, 0, false)",
    "('user', 'day', date '2026-01-02', 2, 1, 2, false)",
    "('user', 'day', date '2026-01-03', 1, 1, null, true)",
    "('user', 'week', date '2025-12-29', 4, 0, 0, false)",
    "('account', 'day', date '2026-01-01', 1, 0, 0, false)",
)

CASES = {
    "events_are_conserved": Case(
        relations={
            "base_events__messages": "select * from range(9)",
            "stg_events__rejects": "select * from range(1)",
            "event_conservation": CONSERVED,
            "quarantined_events": "select * from range(3)",
        },
        faults={
            "a message is lost": "insert into base_events__messages values (9)",
            "a reject is lost": "insert into stg_events__rejects values (9)",
            "a line is counted twice": "insert into event_conservation values "
            "('events', 'duplicate', 1)",
            "nothing was counted": "delete from event_conservation",
            "a quarantined line is not listed": "delete from quarantined_events where range = 0",
            "an outcome slipped": "update event_conservation set outcome = 'bad_time' "
            "where outcome = 'duplicate'",
        },
    ),
    "facts_are_whole": Case(
        relations={
            "fct_events": values(
                "session_id, exclusion_reason, message_type",
                "('s1', null, 'track')",
                "('s1', null, 'page')",
                "('s2', null, 'screen')",
                "(null, 'bot', 'track')",
                "(null, null, 'identify')",
            ),
            "fct_sessions": values("session_id, event_count", "('s1', 2)", "('s2', 1)"),
            "event_conservation": CONSERVED,
        },
        faults={
            "an accepted line is no fact": "delete from fct_events where message_type = 'identify'",
            "a fact is there twice": "insert into fct_events values (null, null, 'group')",
            "a counted event has no session": "update fct_events set session_id = null "
            "where message_type = 'screen'",
            "an excluded event has a session": "update fct_events set session_id = 's1' "
            "where exclusion_reason = 'bot'",
            "two swap places": "update fct_events set session_id = "
            "case when message_type = 'identify' then 's2' when message_type = 'screen' then null "
            "else session_id end",
            "a session counts too many": "update fct_sessions set event_count = 3",
            "the sessions are gone": "delete from fct_sessions",
            "the facts are gone": "delete from fct_events",
        },
    ),
    "funnel_never_widens": Case(
        relations={"funnel__steps": FUNNEL_STEPS},
        faults={
            "more actors": "update funnel__steps set actor_count = 4 where step_number = 3",
            "more mature actors": "update funnel__steps set mature_count = 3 where step_number = 3",
        },
    ),
    "funnel_steps_count_the_actors": Case(
        relations={
            "funnel__steps": FUNNEL_STEPS,
            "funnel__actors": values(
                "funnel_id, outcome",
                "('f', 'converted')",
                "('f', 'dropped')",
                "('f', 'pending')",
                "('f', 'excluded')",
                "('g', 'pending')",
            ),
        },
        faults={
            "one too many": "update funnel__steps set actor_count = 4",
            "an actor is missing": "delete from funnel__actors where outcome = 'dropped'",
            "nobody entered": "delete from funnel__actors",
            "a funnel without steps": "delete from funnel__steps where funnel_id = 'g'",
        },
    ),
    "lifecycle_dormant_closes_the_balance": Case(
        relations={"engagement__lifecycle_periods": LIFECYCLE},
        faults={
            "one dormant too many": "update engagement__lifecycle_periods set dormant_count = 3 "
            "where dormant_count = 2",
            "dormant before anybody was active": "update engagement__lifecycle_periods "
            "set dormant_count = 1 where period_type = 'week'",
            "a returning actor too few": "update engagement__lifecycle_periods "
            "set returning_count = 0 where period_start = date '2026-01-02'",
        },
    ),
    "engagement_days_agree_with_lifecycle": Case(
        relations={
            "engagement__days": values(
                "activity_date, daily_active_users",
                "(date '2026-01-01', 3)",
                "(date '2026-01-02', 2)",
                "(date '2026-01-03', 1)",
            ),
            "engagement__lifecycle_periods": LIFECYCLE,
        },
        faults={
            "another count": "update engagement__days set daily_active_users = 4 "
            "where daily_active_users = 3",
            "a day is missing": "delete from engagement__days where daily_active_users = 2",
            "a day of the lifecycle is missing": "delete from engagement__lifecycle_periods "
            "where grain = 'user' and period_start = date '2026-01-02'",
        },
    ),
}
FAULTS = [(name, fault) for name, case in CASES.items() for fault in case.faults]


@pytest.fixture
def run(project_root):
    """A function that runs one singular test, after statements, and counts its rows."""

    def failing_rows(name: str, *statements: str) -> int:
        text = (project_root / f"tests/singular/{name}.sql").read_text(encoding="utf-8")
        read: list[str] = []

        def ref(relation: str) -> str:
            read.append(relation)
            return relation

        template = jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(text)
        compiled = template.render(ref=ref)
        assert set(read) == set(CASES[name].relations)
        with duckdb.connect() as connection:
            for relation, query in CASES[name].relations.items():
                connection.execute(f"create table {relation} as {query}")
            for statement in statements:
                changed = connection.execute(statement).fetchall()
                assert changed != [(0,)], f"the fault changes nothing: {statement}"
            return len(connection.execute(compiled).fetchall())

    return failing_rows


def test_every_singular_test_is_tested(project_root):
    files = (project_root / "tests/singular").rglob("*.sql")
    assert {file.stem for file in files} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_it_passes_right_relations(run, name):
    assert run(name) == 0


@pytest.mark.parametrize("name", CASES)
def test_it_passes_empty_relations(run, name):
    assert run(name, *(f"delete from {relation}" for relation in CASES[name].relations)) == 0


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_it_sees_a_planted_fault(run, name, fault):
    assert run(name, CASES[name].faults[fault]) > 0
