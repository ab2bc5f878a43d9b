"""Recurring revenue of random histories, beside a small calculation of it with exact fractions."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from conftest import Warehouse
from input_tables import Builder, Inputs, Row, combined, row
from oracle.cells import round_fraction
from oracle.zones import add_months

AS_OF = date(2025, 6, 20)
FIRST_MONTH = date(2023, 1, 1)
HISTORIES = 60
MOVEMENTS = ("new", "expansion", "contraction", "renewal", "churn", "reactivation")


@dataclass
class Fee:
    """What one override of a fee says: from a day on, up to the next one's."""

    since: date
    price: Decimal
    quantity: int
    percent: int
    amount: int


@dataclass
class History:
    """A contract with two fees whose terms change; it may renew, and may be terminated."""

    name: str
    start: date
    end: date
    renewal_months: int
    uplift: Decimal
    is_renewing: bool
    terminated: date | None
    schedules: tuple[int, int]
    fees: tuple[list[Fee], list[Fee]]

    def is_in_force(self, day: date) -> bool:
        """Tell whether the contract is, on a day."""
        ends = [self.terminated or date.max]
        if not self.is_renewing:
            ends.append(self.end)
        return self.start <= day < min(ends)

    def renewals(self, day: date) -> int:
        """Return how many renewals there have been on a day."""
        number = 0
        while add_months(self.end, number * self.renewal_months) <= day:
            number += 1
        return number if self.is_renewing else 0

    def monthly(self, day: date) -> Fraction:
        """Return the recurring revenue of a day, exactly."""
        if not self.is_in_force(day):
            return Fraction(0)
        total = Fraction(0)
        for schedule, fees in zip(self.schedules, self.fees, strict=True):
            fee = [one for one in fees if one.since <= day][-1]
            # A price that begins in a renewal has had none of the uplifts before.
            count = self.renewals(day) - (self.renewals(fee.since) if fee.since > self.start else 0)
            factor = (1 + Fraction(self.uplift) / 100) ** count
            price = Fraction(round_fraction(Fraction(fee.price) * factor, 10))
            net = price * fee.quantity * (1 - Fraction(fee.percent, 100))
            total += (net - min(max(net, Fraction(0)), Fraction(fee.amount))) / schedule
        return max(total, Fraction(0))


def cents(value: Fraction) -> Decimal:
    """Return an amount of US dollars."""
    return round_fraction(value, 2)


def random_history(number: int) -> History:
    """Return a history, the same for each number."""
    rng = random.Random(number)
    start = add_months(FIRST_MONTH, rng.randint(0, 12)).replace(day=rng.choice((1, 1, 7, 15, 28)))
    end = add_months(start, rng.choice((1, 3, 6, 12)))
    is_renewing = rng.random() < 0.6
    terminated = None
    if rng.random() < 0.4:
        terminated = add_months(start, rng.randint(1, 20)).replace(day=rng.randint(1, 28))
    fees: tuple[list[Fee], list[Fee]] = ([], [])
    for one in fees:
        days = {start, *(add_months(start, rng.randint(0, 20)) for _ in range(rng.randint(0, 3)))}
        # Now and then a fee is nothing for a while, so that contracts churn and come back.
        prices = (Decimal(100), Decimal("99.99"), Decimal(0), Decimal("0.005"), Decimal(1000))
        one += [
            Fee(
                day if day == start else day.replace(day=rng.randint(1, 28)),
                rng.choice(prices),
                rng.randint(1, 7),
                rng.choice((0, 0, 10, 33)),
                rng.choice((0, 0, 25)),
            )
            for day in sorted(days)
        ]
        one.sort(key=lambda fee: fee.since)
    return History(
        name=f"h{number:02}",
        start=start,
        end=end,
        renewal_months=rng.choice((1, 6, 12)),
        uplift=rng.choice((Decimal(0), Decimal(5), Decimal("3.25"), Decimal(-10))),
        is_renewing=is_renewing,
        terminated=terminated,
        schedules=(rng.choice((1, 3)), rng.choice((6, 7, 12))),
        fees=fees,
    )


def inputs_of(history: History) -> Inputs:
    """Return the rows of a history: a book that names no price, and overrides of both fees."""
    name = history.name
    contract: Row = row(
        name,
        customer_id=name,
        pricebook_id=name,
        started_at=str(history.start),
        ended_at=str(history.end),
        auto_renew=str(history.is_renewing).lower(),
        renewal_term_months=str(history.renewal_months),
        renewal_uplift_percent=str(history.uplift),
        terminated_at=str(history.terminated) if history.terminated else None,
    )
    prices: list[Row] = []
    for number, fees in enumerate(history.fees):
        for index, fee in enumerate(fees):
            following = fees[index + 1].since if index + 1 < len(fees) else None
            prices.append(
                {
                    "id": f"{name}_{number}_{index}",
                    "contract_id": name,
                    "list_price_uid": f"{name}_{number}",
                    "price": str(fee.price),
                    "fixed_quantity": str(fee.quantity),
                    "discount_percent": str(fee.percent) if fee.percent else None,
                    "discount_amount": str(fee.amount) if fee.amount else None,
                    "started_at": str(fee.since) if index else None,
                    "ended_at": str(following) if following else None,
                    # One that ends with the term goes on beside the next one, which is to win.
                    "created_at": f"2022-01-{index + 1:02}",
                }
            )
    return {
        "customers": [row(name)],
        "pricebooks": [row(name)],
        "list_prices": [
            row(
                f"{name}_{number}",
                pricebook_uid=name,
                product_uid=f"fee_{number}",
                invoice_schedule=str(schedule),
            )
            for number, schedule in enumerate(history.schedules)
        ],
        "contracts": [contract],
        "contract_prices": prices,
    }


ALL = tuple(random_history(number) for number in range(HISTORIES))


def months() -> Iterator[date]:
    """Return the first days of the months up to that of the as-of instant."""
    month = FIRST_MONTH
    while month <= AS_OF:
        yield month
        month = add_months(month, 1)


@pytest.fixture(scope="module")
def warehouse(build: Builder) -> Warehouse:
    """Return all histories, built."""
    products: Inputs = {
        "products": [row(f"fee_{number}", name="Fee", ptype="FIXED") for number in (0, 1)]
    }
    given = combined(products, *map(inputs_of, ALL))
    return build(given, models=["contract_events", "contract_mrr"], as_of=f"{AS_OF}")


def expected_months(history: History) -> dict[date, dict[str, Decimal]]:
    """Return the months of a history, with their revenue and their movements."""
    result = {}
    before, arr_before, is_known = Decimal(0), Decimal(0), False
    for month in months():
        following = add_months(month, 1)
        last_day = following - timedelta(days=1)
        mrr, arr = cents(history.monthly(last_day)), cents(12 * history.monthly(last_day))
        moved = dict.fromkeys(MOVEMENTS, Decimal(0))
        if before and mrr:
            moved["renewal"] = sum(
                (
                    cents(history.monthly(day)) - cents(history.monthly(day - timedelta(days=1)))
                    for day in map(
                        date.fromordinal, range(month.toordinal(), following.toordinal())
                    )
                    if history.renewals(day) != history.renewals(day - timedelta(days=1))
                    and history.is_in_force(day)
                ),
                Decimal(0),
            )
            rest = mrr - before - moved["renewal"]
            moved["expansion" if rest > 0 else "contraction"] = rest
        elif mrr:
            moved["reactivation" if is_known else "new"] = mrr
        else:
            moved["churn"] = -before
        if mrr or before or arr or arr_before:
            result[month] = {"mrr": mrr, "arr": arr, **moved}
        before, arr_before, is_known = mrr, arr, is_known or mrr > 0
    return result


@pytest.mark.parametrize("history", ALL, ids=lambda history: history.name)
def test_months(warehouse: Warehouse, history: History) -> None:
    """Revenue at the end of each month, and how it came from the month before."""
    columns = ", ".join(f"{name}_mrr" for name in MOVEMENTS)
    rows = warehouse.rows(
        f"select month_start_date, mrr, arr, {columns} from ratebook.contract_mrr "  # noqa: S608
        "where contract_id = ?",
        [history.name],
    )
    got = {
        month: dict(zip(("mrr", "arr", *MOVEMENTS), cells, strict=True)) for month, *cells in rows
    }
    assert got == expected_months(history)


def test_movements_add_up(warehouse: Warehouse) -> None:
    """For each contract and month, and so for all of them; each kind of movement is there."""
    columns = ", ".join(f"sum({name}_mrr), count(nullif({name}_mrr, 0))" for name in MOVEMENTS)
    ((mrr, before, *sums),) = warehouse.rows(
        f"select sum(mrr), sum(mrr_before), {columns} from ratebook.contract_mrr"  # noqa: S608
    )
    assert mrr - before == sum(sums[::2])
    assert min(sums[1::2]) > 0


def test_events_add_up(warehouse: Warehouse) -> None:
    """From event to event nothing changes, and after the last there is the revenue of today."""
    rows = warehouse.rows(
        """
        select contract_id, mrr_before, mrr_after, event_type, occurred_at
        from ratebook.contract_events order by contract_id, occurred_at
        """
    )
    events = defaultdict(list)
    for contract_id, *event in rows:
        events[contract_id].append(event)
    assert events.keys() == {history.name for history in ALL}
    for history in ALL:
        revenue = Decimal(0)
        for before, after, event_type, occurred_at in events[history.name]:
            day = occurred_at.date()
            assert before == revenue, (history.name, event_type, day)
            assert after == cents(history.monthly(day))
            revenue = after
        assert revenue == cents(history.monthly(AS_OF))


def test_kinds_of_events(warehouse: Warehouse) -> None:
    """Each kind that these histories can have is there, and begins or ends what it says."""
    kinds = dict(
        warehouse.rows("select event_type, count(*) from ratebook.contract_events group by 1")
    )
    assert kinds.keys() == {"STARTED", "AMENDED", "RENEWED", "EXPIRED", "TERMINATED"}
    assert kinds["STARTED"] == len(ALL)
    ended = sum(not history.is_in_force(AS_OF) for history in ALL)
    assert kinds["EXPIRED"] + kinds["TERMINATED"] == ended
