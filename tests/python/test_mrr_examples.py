"""Published examples of MRR: the marts say what their pages say, and where not, why not."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from billing_rows import build_revenue, write_billing
from commands import Place
from mrr_examples import AS_OF, CURRENCIES, EXAMPLES, all_examples

FLOWS = {
    "chartmogul-churn-rates": ("gross_mrr_churn_rate", "net_mrr_churn_rate"),
    "nrr-grr-1": ("nrr", "grr"),
    "nrr-grr-2": ("nrr", "grr"),
    "quick-ratio-1": ("quick_ratio",),
    "quick-ratio-2": ("quick_ratio",),
    "quick-ratio-3": ("quick_ratio",),
}
# A page's word for a rate of one month → the column.
COLUMNS = {"nrr": "monthly_nrr", "grr": "monthly_grr"}


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory):
    """A function that asks the marts built from all examples."""
    place = Place(tmp_path_factory.mktemp("examples"))
    write_billing(all_examples(), place.raw)
    build_revenue(place, AS_OF)
    with place.warehouse() as connection:
        yield lambda sql, *values: connection.execute(sql, values).fetchall()


@pytest.fixture
def february(query):
    """A function: a column of revenue__months in the month that moves, in an example's currency."""

    def value(example: str, column: str) -> float:
        sql = f"select {column} from marts.revenue__months where currency = ? and month = ?"
        ((found,),) = query(sql, CURRENCIES[example], "2022-02-01")
        return found

    return value


def test_every_example_is_told():
    assert set(CURRENCIES) == set(EXAMPLES)
    assert len(EXAMPLES) == 14


def test_a_customer_that_expands_contracts_leaves_and_returns(query):
    steps = EXAMPLES["chartmogul-syncalytics"]["steps"]
    rows = query(
        "select movement_type, movement_minor from marts.revenue__mrr_movements"
        " where account_id = 'billing:syncalytics' order by month"
    )
    words = {"new_business": "new"}
    assert [kind for kind, _ in rows] == [words.get(s["movement"], s["movement"]) for s in steps]
    assert [amount for _, amount in rows] == [round(step["mrr_delta"] * 100) for step in steps]


@pytest.mark.parametrize(
    ("example", "rate"), [(example, rate) for example, rates in FLOWS.items() for rate in rates]
)
def test_rates_of_a_month_are_those_published(february, example, rate):
    stated = EXAMPLES[example]["expected"][rate]
    found = Decimal(february(example, COLUMNS.get(rate, rate)))
    assert found.quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal(str(stated))


def test_changes_of_a_month_add_up_as_published(february):
    for example, word in (("quick-ratio-2", "net_mrr_change"), ("quick-ratio-3", "net_new_mrr")):
        change = february(example, "end_minor - start_minor")
        assert change == EXAMPLES[example]["expected"][word] * 100


def test_growth_of_those_there_is_negative_net_churn(february):
    (stated,) = EXAMPLES["chartmogul-net-daily"]["expected"].values()
    assert february("chartmogul-net-daily", "net_mrr_churn_rate") == stated


def test_monthly_and_yearly_subscribers_add_up(february):
    for example in ("stripe-mrr-sum", "stripe-annual"):
        assert february(example, "end_minor") == EXAMPLES[example]["expected"]["mrr"] * 100


def test_the_page_that_adds_expansion_to_gross_retention_is_wrong(february):
    example = EXAMPLES["grr-wrong-on-the-web"]
    found = february("grr-wrong-on-the-web", "monthly_grr")
    assert found == example["expected"]["grr"]
    assert found <= 1 < example["page_says"]["grr"]
    # What the page calls gross is net retention.
    assert february("grr-wrong-on-the-web", "monthly_nrr") == example["page_says"]["grr"]


def test_what_counts_by_the_rules_of_stripe_and_where_ours_differ(query):
    def worth(month: str) -> dict[str, int]:
        rows = query(
            "select account_id, mrr_minor from marts.revenue__account_months"
            " where currency = 'nok' and month = ?",
            month,
        )
        return {account.removeprefix("billing:"): amount for account, amount in rows}

    whole = 10_000
    agreed = {"forever": whole // 2, "once": whole, "past_due": whole, "active": whole}
    # Trialing, unpaid and metered have no row. Half off for three months counts as half while it
    # runs; by Stripe's rule it would be the whole all along.
    assert worth("2022-01-01") == agreed | {"repeating": whole // 2}
    assert worth("2022-03-01") == agreed | {"repeating": whole // 2}
    assert worth("2022-04-01") == agreed | {"repeating": whole}


def test_weeks_and_days_are_shares_of_a_year(query):
    stated = {
        fact["source"].split("/")[0].split(" ")[0]: fact
        for fact in EXAMPLES["interval-normalisation-conventions"]["facts"]
    }
    rows = dict(
        query(
            "select account_id, mrr_minor from marts.revenue__account_months"
            " where currency = 'brl' and month = '2022-02-01'"
        )
    )
    weekly, daily = rows["billing:every-week"], rows["billing:every-day"]
    assert weekly == 1_200 * Fraction(stated["fivetran"]["week"]) == 5_200
    assert weekly != 1_200 * int(stated["segmentio"]["week"])
    assert daily == 1_200 * Fraction(365, 12) == 36_500
    assert daily != 1_200 * int(stated["segmentio"]["day"])


def test_cohorts_weighted_by_money_leave_out_those_too_young(query):
    example = EXAMPLES["grr-cohorts-weighted"]
    rows = query(
        "select 100.0 * sum(gross_retained_minor) / sum(first_minor)"
        " from marts.revenue__cohort_months where currency = 'inr' and not is_open"
        " group by period_number order by period_number"
    )
    found = [share for (share,) in rows]
    stated = example["expected_weighted_percent"]
    assert len(found) >= len(stated)
    for ours, theirs in zip(found, stated, strict=False):
        assert ours == pytest.approx(theirs, abs=example["tolerance_points"])
