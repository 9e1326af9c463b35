"""The project's singular data tests: silent on right relations, loud at every planted fault.

Each is rendered from its file and run in DuckDB on a tiny database made by hand, which holds
just the relations that it reads.
"""

from __future__ import annotations

import duckdb
import jinja2
import pytest
from singular_case import Case, values
from singular_money import MONEY_CASES

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

OPPORTUNITIES = values(
    "opportunity_id, outcome, is_won, is_renewal, amount, stage_name, stage_count, created_at",
    "('o1', 'won', true, true, 10.5, 'Won', 2, timestamp '2026-01-01')",
    "('o2', 'lost', false, false, 7.0, 'Lost', 1, timestamp '2026-01-02')",
    "('o3', 'open', false, false, null, 'Demo', 1, timestamp '2026-01-03')",
)
STAGES = values(
    "opportunity_id, stage_number, stage_name, entered_at, left_at",
    "('o1', 1, 'Demo', timestamp '2026-01-01', timestamp '2026-01-05')",
    "('o1', 2, 'Won', timestamp '2026-01-05', null)",
    "('o2', 1, 'Lost', timestamp '2026-01-02', null)",
    "('o3', 1, 'Demo', timestamp '2026-01-03', null)",
)
SUPPORT_MONTHS = values(
    "account_id, month, created_count, solved_count, reopened_count, backlog_count",
    "('acme', date '2026-01-01', 2, 1, 0, 1)",
    "('acme', date '2026-02-01', 0, 0, 1, 2)",
    "('acme', date '2026-03-01', 0, 2, 0, 0)",
    "('unknown', date '2026-03-01', 1, 0, 0, 1)",
)
TICKETS = values("ticket_id, account_id", "('t1', 'acme')", "('t2', 'acme')", "('t3', null)")
# What ends in the first moment of March is still in force when February ends.
STATUSES = values(
    "ticket_id, is_solved, entered_at, left_at",
    "('t1', false, timestamp '2026-01-01', timestamp '2026-01-02')",
    "('t1', true, timestamp '2026-01-02', timestamp '2026-02-01')",
    "('t1', false, timestamp '2026-02-01', timestamp '2026-03-01')",
    "('t1', true, timestamp '2026-03-01', null)",
    "('t2', false, timestamp '2026-01-01', timestamp '2026-01-10')",
    "('t2', false, timestamp '2026-01-10', timestamp '2026-03-05')",
    "('t2', true, timestamp '2026-03-05', null)",
    "('t3', false, timestamp '2026-03-31 23:59:59.999999', null)",
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
    "power_curve_counts_the_monthly_active": Case(
        relations={
            "engagement__power_curve": values(
                "week_start, active_day_count, user_count, is_open",
                "(date '2026-01-05', 1, 2, false)",
                "(date '2026-01-05', 28, 1, false)",
                "(date '2026-01-12', 1, 9, true)",
            ),
            "engagement__days": values(
                "activity_date, monthly_active_users",
                "(date '2026-01-11', 3)",
                "(date '2026-01-12', 7)",
            ),
        },
        faults={
            "a user too many": "update engagement__power_curve set user_count = 3 "
            "where active_day_count = 1",
            "a user too few": "delete from engagement__power_curve where active_day_count = 28",
            "the day is not there": "delete from engagement__days",
            "an open week counts": "update engagement__power_curve set is_open = false",
        },
    ),
    "survival_steps_are_the_product_limit": Case(
        relations={
            "int_activation__observed": values(
                "rule_id, dimension, dimension_value, observed_microseconds, outcome",
                "('r', 'all', 'all', 3600000000, 'activated')",
                "('r', 'all', 'all', 3600000000, 'pending')",
                "('r', 'all', 'all', 7200000000, 'expired')",
                "('r', 'all', 'all', 10800000000, 'activated')",
            ),
            "activation__survival_steps": values(
                "rule_id, dimension, dimension_value, hours, at_risk_count, activated_count,"
                " share_not_activated",
                "('r', 'all', 'all', 1.0::double, 4, 1, 0.75::double)",
                "('r', 'all', 'all', 3.0::double, 1, 1, 0.0::double)",
            ),
        },
        faults={
            "a pending actor is a failure": "update activation__survival_steps "
            "set at_risk_count = 2, share_not_activated = 0.375 where hours = 3",
            "another share": "update activation__survival_steps "
            "set share_not_activated = 0.7501 where hours = 1",
            "a step is missing": "delete from activation__survival_steps where hours = 1",
            "a step too many": "insert into activation__survival_steps "
            "values ('r', 'all', 'all', 2, 2, 0, 0.75)",
            "another group's": "update activation__survival_steps set dimension = 'plan'",
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
    "health_contributions_are_the_score": Case(
        relations={
            "account_health__components": values(
                "account_id, health_date, component, contribution",
                "('a', date '2026-01-01', 'usage_trend', 30.25)",
                "('a', date '2026-01-01', 'breadth', 20.5)",
                "('b', date '2026-01-01', 'breadth', null)",
            ),
            "account_health__account_days": values(
                "account_id, health_date, score",
                "('a', date '2026-01-01', 50.75)",
                "('b', date '2026-01-01', null)",
            ),
        },
        faults={
            "a hundredth off": "update account_health__account_days set score = 50.74 "
            "where account_id = 'a'",
            "a score of nothing": "update account_health__account_days set score = 0 "
            "where account_id = 'b'",
            "no score of something": "update account_health__account_days set score = null "
            "where account_id = 'a'",
            "a component is missing": "delete from account_health__components "
            "where component = 'usage_trend'",
            "no component of a score": "delete from account_health__components "
            "where account_id = 'a'",
            "no day of components": "delete from account_health__account_days "
            "where account_id = 'a'",
        },
    ),
    "opportunities_are_counted_once": Case(
        relations={
            "fct_opportunities": OPPORTUNITIES,
            "revenue__opportunity_months": values(
                "month, won_count, lost_count, open_count, won_amount",
                "(date '2026-01-01', 1, 1, 0, 10.5)",
                "(null, 0, 0, 1, 0)",
            ),
            "revenue__pipeline_stages": values(
                "stage_name, open_count, closed_count",
                "('Demo', 1, 0)",
                "('Won', 0, 1)",
                "('Lost', 0, 1)",
            ),
            "revenue__renewals": "select 'o1' as opportunity_id",
        },
        faults={
            "a month is lost": "delete from revenue__opportunity_months where month is null",
            "won and lost swap": "update revenue__opportunity_months "
            "set won_count = 2, lost_count = 0 where month is not null",
            "lost counts as open": "update revenue__opportunity_months "
            "set lost_count = 0, open_count = 1 where month is not null",
            "a lost amount is added": "update revenue__opportunity_months set won_amount = 17.5 "
            "where month is not null",
            "in two stages at once": "update revenue__pipeline_stages set open_count = 1",
            "a renewal is missing": "delete from revenue__renewals",
            "the facts are gone": "delete from fct_opportunities",
        },
    ),
    "opportunity_stages_follow_each_other": Case(
        relations={"fct_opportunities": OPPORTUNITIES, "fct_opportunity_stages": STAGES},
        faults={
            "no stage at all": "delete from fct_opportunity_stages where opportunity_id = 'o3'",
            "a gap": "update fct_opportunity_stages set entered_at = timestamp '2026-01-06' "
            "where stage_name = 'Won'",
            "it begins after the creation": "update fct_opportunity_stages "
            "set entered_at = timestamp '2026-01-04' where opportunity_id = 'o3'",
            "the last one has ended": "update fct_opportunity_stages "
            "set left_at = timestamp '2026-01-06' where stage_name = 'Won'",
            "an earlier one lasts": "update fct_opportunity_stages set left_at = null",
            "the present one has another name": "update fct_opportunity_stages "
            "set stage_name = 'Offer' where stage_name = 'Lost'",
            "another number of stages": "update fct_opportunities set stage_count = 2",
        },
    ),
    "support_backlog_closes": Case(
        relations={
            "account_health__support_months": SUPPORT_MONTHS,
            "fct_tickets": TICKETS,
            "int_tickets__status_intervals": STATUSES,
        },
        faults={
            "a backlog of its own": "update account_health__support_months "
            "set backlog_count = 2 where month = date '2026-01-01'",
            "a solution is counted twice": "update account_health__support_months "
            "set solved_count = 2 where month = date '2026-01-01'",
            "a reopening is not counted": "update account_health__support_months "
            "set reopened_count = 0",
            "a status is solved that is not": "update int_tickets__status_intervals "
            "set is_solved = true where ticket_id = 't3'",
            "solved a moment before the month": "update int_tickets__status_intervals "
            "set left_at = timestamp '2026-02-28 23:59:59.999999' "
            "where left_at = timestamp '2026-03-01'",
            "a month is missing": "delete from account_health__support_months "
            "where month = date '2026-02-01'",
            "tickets of nobody are left out": "delete from account_health__support_months "
            "where account_id = 'unknown'",
        },
    ),
}
CASES |= MONEY_CASES
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
