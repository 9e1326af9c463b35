"""Invoices of the sample company: what is due, how it is collected, and what failed."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from usage_warehouse.sample.business.catalog import Catalog, half_away
from usage_warehouse.sample.business.log import Log, vendor_id
from usage_warehouse.sample.business.subscriptions import GIVE_UP_DAYS, RETRY_DAYS, Simulator
from usage_warehouse.sample.options import DAY, HOUR, SECOND, SampleOptions

FAILURE_SHARE = 0.035
RECOVERED_SHARE = 0.68


class Billing:
    """Bills periods: writes invoices, lines, charges, refunds and credit notes."""

    def __init__(
        self,
        catalog: Catalog,
        log: Log,
        options: SampleOptions,
        rng: np.random.Generator,
        dunning: dict[str, str],
    ) -> None:
        self._catalog = catalog
        self._log = log
        self._options = options
        self._rng = rng
        self._dunning = dunning

    def bill(self, simulator: Simulator, at: int, may_fail: bool = False) -> bool:
        """An invoice for the period that begins; False where its failure ended the subscription."""
        life = simulator.life
        id_ = vendor_id("in_", life.id, at)
        due = self._lines(simulator, id_, at)
        draw = self._rng.random(3)
        # a week is over before the retries are
        may_fail = may_fail and life.interval != "week"
        if may_fail and draw[0] < FAILURE_SHARE and due > 0:
            return self._collect_late(simulator, id_, due, at, float(draw[1]), float(draw[2]))
        self._invoice(simulator, id_, at, due, at, status="open", attempts=0)
        self._invoice(simulator, id_, at, due, at + HOUR, status="paid", attempts=1)
        self._charge(simulator, id_, due, at + HOUR, 1, "succeeded")
        if due > 0 and draw[2] < 0.01:
            self._give_back(simulator, id_, due, at + 3 * DAY)
        return True

    def _lines(self, simulator: Simulator, invoice: str, at: int) -> int:
        total = 0
        for item in simulator.items:
            price = self._catalog.prices[item.price]
            used = int(self._rng.integers(0, 9_000)) if price.is_metered else item.quantity
            amount = half_away(price.period_amount(used))
            start = at - (simulator.period_end - at) if price.is_metered else at
            total += amount
            self._log.add(
                "billing.invoice_line_item",
                at,
                id=vendor_id("il_", invoice, item.id),
                invoice_id=invoice,
                subscription_id=simulator.life.id,
                subscription_item_id=item.id,
                price_id=item.price,
                type="subscription",
                amount=amount,
                currency=price.currency,
                quantity=used,
                proration=False,
                period_start=start,
                period_end=at if price.is_metered else simulator.period_end,
            )
        return total

    def _invoice(
        self,
        simulator: Simulator,
        id_: str,
        created: int,
        due: int,
        at: int,
        status: str,
        attempts: int,
        next_attempt: int | None = None,
    ) -> None:
        is_paid = status == "paid"
        self._log.add(
            "billing.invoice",
            at,
            id=id_,
            customer_id=simulator.life.customer,
            subscription_id=simulator.life.id,
            status=status,
            billing_reason="subscription_cycle",
            currency=simulator.life.currency,
            amount_due=due,
            amount_paid=due if is_paid else 0,
            amount_remaining=0 if is_paid else due,
            total=due,
            attempt_count=attempts,
            next_payment_attempt=next_attempt,
            created=created,
            due_date=created,
            status_transitions_finalized_at=created,
            status_transitions_paid_at=at if is_paid else None,
            status_transitions_marked_uncollectible_at=at if status == "uncollectible" else None,
            livemode=simulator.life.is_live,
        )

    def _charge(
        self, simulator: Simulator, invoice: str, amount: int, at: int, number: int, status: str
    ) -> None:
        if amount <= 0:
            return
        is_paid = status == "succeeded"
        self._log.add(
            "billing.charge",
            at,
            id=vendor_id("ch_", invoice, number),
            customer_id=simulator.life.customer,
            invoice_id=invoice,
            amount=amount,
            amount_refunded=0,
            currency=simulator.life.currency,
            status=status,
            paid=is_paid,
            failure_code=None if is_paid else "card_declined",
            outcome_type="authorized" if is_paid else "issuer_declined",
            created=at,
            livemode=simulator.life.is_live,
        )

    def _collect_late(
        self, simulator: Simulator, id_: str, due: int, at: int, recovers: float, draw: float
    ) -> bool:
        """A payment that fails: retried after days, recovered or given up."""
        first = at + HOUR
        if first >= self._options.end:
            self._invoice(simulator, id_, at, due, at, status="open", attempts=0)
            return True
        retries = [at + HOUR + days * DAY for days in np.cumsum(RETRY_DAYS).tolist()]
        self._invoice(simulator, id_, at, due, at, "open", 0)
        self._invoice(simulator, id_, at, due, first, "open", 1, retries[0])
        self._charge(simulator, id_, due, first, 1, "failed")
        simulator.tell(first + SECOND, status="past_due")
        self._dunning[id_] = "pending"
        paid_at_try = 1 + int(draw * len(retries)) if recovers < RECOVERED_SHARE else None
        for number, retry in enumerate(retries, start=1):
            if retry >= self._options.end:
                return False
            is_paid = number == paid_at_try
            self._charge(
                simulator, id_, due, retry, number + 1, "succeeded" if is_paid else "failed"
            )
            following = retries[number] if number < len(retries) and not is_paid else None
            status = "paid" if is_paid else "open"
            self._invoice(simulator, id_, at, due, retry, status, number + 1, following)
            if is_paid:
                self._dunning[id_] = "recovered"
                simulator.tell(retry + SECOND, status="active")
                simulator.busy_until = retry + HOUR
                return True
        given_up = retries[-1] + GIVE_UP_DAYS * DAY
        if given_up >= self._options.end:
            return False
        self._dunning[id_] = "lost"
        if draw < 0.6:
            self._invoice(simulator, id_, at, due, given_up, "uncollectible", len(retries) + 1)
            simulator.end(given_up, "payment_failed")
        else:
            simulator.tell(given_up, status="unpaid")
        return False

    def _give_back(self, simulator: Simulator, invoice: str, due: int, at: int) -> None:
        """A part of a payment goes back: a refund, and a credit note for it."""
        amount = half_away(Fraction(due, 4))
        charge = vendor_id("ch_", invoice, 1)
        self._log.add(
            "billing.refund",
            at,
            id=vendor_id("re_", invoice),
            charge_id=charge,
            amount=amount,
            currency=simulator.life.currency,
            status="succeeded",
            created=at,
        )
        self._log.add(
            "billing.credit_note",
            at,
            id=vendor_id("cn_", invoice),
            invoice_id=invoice,
            amount=amount,
            currency=simulator.life.currency,
            status="issued",
            created=at,
            livemode=True,
        )
