"""Monthly recurring revenue of contracts, and how it moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from oracle.cells import round_fraction
from oracle.contracts import Contract
from oracle.invoices import Invoices
from oracle.prices import Price
from oracle.zones import add_months

MOVEMENTS = ("new", "expansion", "contraction", "renewal", "churn", "reactivation")


def monthly(price: Price) -> Fraction:
    """Return what a fee owes in a month of its schedule, discounts off; none below zero by them."""
    values = price.values
    amount = Fraction(values["price"]) * Fraction(values["fixed_quantity"])
    amount *= 1 - Fraction(values["discount_percent"] or 0) / 100
    amount -= max(min(Fraction(values["discount_amount"] or 0), amount), Fraction(0))
    return amount / values["invoice_schedule"]


def movement(before: Decimal, now: Decimal, *, is_known: bool, is_renewed: bool) -> str:
    """Name a change: all of it is one movement."""
    if not before:
        return "reactivation" if is_known else "new"
    if not now:
        return "churn"
    if is_renewed:
        return "renewal"
    return "expansion" if now > before else "contraction"


class Revenue(Invoices):
    """The stage of recurring revenue."""

    def months(self, contract: Contract) -> Iterator[date]:
        """Return the local months from a contract's start that begin by the horizon."""
        month = contract.zone.day(contract.start).replace(day=1)
        while contract.zone.midnight(month) <= self.horizon:
            yield month
            month = add_months(month, 1)

    def contract_mrr(self) -> list[dict[str, object]]:
        """Return contract, currency and month: fees in force at the month's last instant.

        A month without revenue and without a change is no row. Decisions: a month in which a
        renewal begins is one of renewal, if revenue goes on; a first revenue is new.
        """
        fees: dict[tuple[str, str], list[Price]] = defaultdict(list)
        for price in self.prices:
            is_fee = price.billable and price.product["ptype"] == "FIXED"
            if is_fee and price.values["invoice_delivery"] != "ONE_TIME":
                fees[price.contract.durable_id, price.values["currency"]].append(price)
        rows = []
        for (contract_id, currency), prices in fees.items():
            contract = self.contracts[contract_id]
            before, renewal, is_known = Decimal(0), 0, False
            for month in self.months(contract):
                end = contract.zone.midnight(add_months(month, 1))
                here = [price for price in prices if price.window[0] < end <= price.window[1]]
                exact = sum((monthly(price) for price in here), Fraction(0))
                now = round_fraction(exact, self.minor_units(currency))
                last_renewal = max((price.renewal for price in here), default=renewal)
                moved = dict.fromkeys(MOVEMENTS, Decimal(0))
                if now != before:
                    is_renewed = last_renewal > renewal
                    kind = movement(before, now, is_known=is_known, is_renewed=is_renewed)
                    moved[kind] = now - before
                if now or before:
                    rows.append(
                        {
                            "contract_id": contract_id,
                            "currency": currency,
                            "month": month,
                            "mrr": now,
                            "change": now - before,
                            **{f"{kind}_mrr": amount for kind, amount in moved.items()},
                        }
                    )
                before, renewal, is_known = now, last_renewal, is_known or bool(now)
        return rows
