"""Monthly recurring revenue of contracts, and how it moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from oracle.cells import Cell, round_fraction
from oracle.charges import whole_fee
from oracle.contracts import Contract
from oracle.inputs import Row
from oracle.invoices import Invoices
from oracle.prices import Price
from oracle.spans import DAYS_OF
from oracle.zones import Window, add_months, holds

MOVEMENTS = ("new", "expansion", "contraction", "renewal", "churn", "reactivation")


# A year has 365.25 days, and a month a twelfth of them.
DAYS_A_MONTH = Fraction(487, 16)


def months_of(values: Mapping[str, Cell]) -> Fraction:
    """Return how many months a schedule has: of weeks and days, so many on average."""
    if values["schedule_unit"] == "MONTH":
        return Fraction(values["invoice_schedule"])
    return values["invoice_schedule"] * DAYS_OF[values["schedule_unit"]] / DAYS_A_MONTH


def monthly(price: Price) -> Fraction:
    """Return what a fee owes in a month of its schedule, discounts off; none below zero by them."""
    values = price.values
    amount = whole_fee(values)
    amount *= 1 - Fraction(values["discount_percent"] or 0) / 100
    amount -= max(min(Fraction(values["discount_amount"] or 0), amount), Fraction(0))
    return amount / months_of(values)


def movements(
    before: Decimal, now: Decimal, renewed: Decimal, *, is_known: bool
) -> dict[str, Decimal]:
    """Return how revenue came from the month before; what renewals changed stands apart."""
    moved = dict.fromkeys(MOVEMENTS, Decimal(0))
    if not before:
        moved["reactivation" if is_known else "new"] = now
    elif not now:
        moved["churn"] = -before
    else:
        rest = now - before - renewed
        moved["renewal"] = renewed
        moved["expansion" if rest > 0 else "contraction"] = rest
    return moved


class Revenue(Invoices):
    """The stage of recurring revenue."""

    def months(self, contract: Contract) -> Iterator[tuple[date, Window]]:
        """Return the local months from a contract's start that begin by the horizon."""
        month = contract.zone.day(contract.start).replace(day=1)
        while contract.zone.midnight(month) <= self.horizon:
            following = add_months(month, 1)
            yield month, (contract.zone.midnight(month), contract.zone.midnight(following))
            month = following

    def renewal_instants(self, contract: Contract) -> list[datetime]:
        """Return when a contract renews, by itself or negotiated, as far as it can matter."""
        until = contract.zone.midnight(add_months(contract.zone.day(self.horizon), 1))
        return [begin for begin, _, _ in self.all_renewals(contract, until)]

    def all_renewals(
        self, contract: Contract, until: datetime
    ) -> list[tuple[datetime, Row, int | None]]:
        """Return begin, row and number of the renewals up to an instant; negotiated: no number."""
        by_themselves = [
            (window[0], row, number)
            for row, _ in contract.in_force
            for number, window in self.renewals(contract, row, until)
        ]
        negotiated = [(begin, row, None) for begin, row in self.negotiated_renewals(contract)]
        return sorted([*by_themselves, *negotiated], key=lambda renewal: renewal[0])

    def contract_events(self) -> list[dict[str, object]]:
        """Return contract and renewal that has begun: of the events these are all that is known."""
        return [
            {
                "contract_id": contract.durable_id,
                "event_type": "RENEWED",
                "occurred_at": begin,
                "contract_uid": row.id,
                "renewal_number": number,
            }
            for contract in self.contracts.values()
            for begin, row, number in self.all_renewals(contract, self.as_of)
            if begin <= self.as_of
        ]

    def recurring(self, prices: list[Price], instant: datetime, months: int) -> Decimal:
        """Return the revenue just before an instant, of so many months: rounded once."""
        here = [price for price in prices if price.paid_window[0] < instant <= price.paid_window[1]]
        return self.rounded(here, months)

    def rounded(self, prices: list[Price], months: int = 1) -> Decimal:
        """Return what some fees are worth in so many months, never below zero."""
        exact = max(sum((monthly(price) for price in prices), Fraction(0)), Fraction(0))
        currency = prices[0].values["currency"] if prices else None
        return round_fraction(exact * months, self.minor_units(currency)) if prices else Decimal(0)

    def contract_mrr(self) -> list[dict[str, object]]:
        """Return contract, customer, currency and month: fees in force at the month's last instant.

        The months with revenue, and the first without.
        """
        fees: dict[tuple[str, ...], list[Price]] = defaultdict(list)
        for price in self.prices:
            is_fee = price.billable and price.product["ptype"] == "FIXED"
            if is_fee and price.values["invoice_delivery"] != "ONE_TIME":
                names = price.values["customer_id"], price.values["currency"]
                fees[price.contract.durable_id, *names].append(price)
        return [row for key, prices in fees.items() for row in self.mrr_of(key, prices)]

    def mrr_of(self, key: tuple[str, ...], prices: list[Price]) -> Iterator[dict[str, object]]:
        """Return the months of one contract, customer and currency."""
        contract_id, customer_id, currency = key
        contract = self.contracts[contract_id]
        renewals = self.renewal_instants(contract)
        before, yearly_before, is_known = Decimal(0), Decimal(0), False
        for month, window in self.months(contract):
            now, yearly = (self.recurring(prices, window[1], months) for months in (1, 12))
            renewed = Decimal(0)
            # Two rows of a contract may renew at one instant.
            for instant in dict.fromkeys(renewals):
                if holds(window, instant):
                    after = [price for price in prices if holds(price.paid_window, instant)]
                    renewed += self.rounded(after) - self.recurring(prices, instant, 1)
            if now or before or yearly or yearly_before:
                moved = movements(before, now, renewed, is_known=is_known)
                yield {
                    "contract_id": contract_id,
                    "customer_id": customer_id,
                    "currency": currency,
                    "month_start_date": month,
                    "mrr": now,
                    "arr": yearly,
                    "mrr_before": before,
                    **{f"{kind}_mrr": amount for kind, amount in moved.items()},
                }
            before, yearly_before, is_known = now, yearly, is_known or bool(now)
