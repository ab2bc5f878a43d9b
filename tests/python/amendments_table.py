"""What is owed when a contract is amended in the middle of a period: the cases, and their table.

`python tests/python/amendments_table.py` builds them and prints what each line owes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from conftest import Warehouse
from input_tables import Builder, Inputs, amounts_of, combined, event, parse_for_tables, row
from rich import box
from rich.console import Console
from rich.table import Table

# All terms are over by then.
AS_OF = "2025-01-01"
# What the amendment changes. The calls are 100 before it and 100 after it.
FEES = {"before": "300.00", "after": "600.00"}
CALL_PRICES = {"before": "0.01", "after": "0.02"}
CALLS = 100
MINIMUM_AMOUNT = "50.00"


@dataclass(frozen=True)
class Period:
    """A billing period of 2024, and the day in it on which the contract is amended."""

    name: str
    schedule: str
    started_at: str
    ended_at: str
    amended_at: str
    days_before: int
    days_after: int


PERIODS = (
    Period("month", "1", "2024-04-01", "2024-05-01", "2024-04-11", 10, 20),
    # April has 30 days, and 15 of May's lie before the 16th.
    Period("quarter", "3", "2024-04-01", "2024-07-01", "2024-05-16", 45, 46),
    # A leap year: 31 + 29 days before March.
    Period("year", "12", "2024-01-01", "2025-01-01", "2024-03-01", 60, 306),
)
YEAR = PERIODS[-1]


@dataclass(frozen=True)
class Case:
    """A contract that is amended once, and the amount of each of its lines, with its arithmetic.

    It sells a fee, or one fee and then another product's, or calls, or calls with a minimum.
    Calls are not prorated, and their minimum is in force for the whole period: prorate is None.
    """

    sold: str
    delivery: str
    prorate: bool | None
    period: Period
    owed: Mapping[str, str]

    @property
    def name(self) -> str:
        """Return the name of the case, and of its contract and customer."""
        proration = {True: "prorated", False: "whole", None: "metered"}[self.prorate]
        words = (self.sold, self.delivery, proration, self.period.name)
        return "_".join(words).lower().replace(",", "").replace(" ", "_")

    @property
    def is_metered(self) -> bool:
        """Tell whether usage is sold."""
        return self.prorate is None

    @property
    def amounts(self) -> list[Decimal]:
        """Return what each line owes, in time order."""
        return [Decimal(amount) for amount in self.owed.values()]


# Prorated, each terms hold for their days, in advance and in arrears alike.
PRORATED_FEE = {
    "month": {"300.00 x 10 / 30": "100.00", "600.00 x 20 / 30": "400.00"},
    "quarter": {"300.00 x 45 / 91": "148.35", "600.00 x 46 / 91": "303.30"},
    "year": {"300.00 x 60 / 366": "49.18", "600.00 x 306 / 366": "501.64"},
}
# Whole, one fee is owed: in advance at the first terms of the period, in arrears at the last.
WHOLE_FEE = {"ADVANCED": {"300.00": "300.00"}, "ARREARS": {"600.00": "600.00"}}
# Another product's fee is owed once itself, and what it replaces is not credited.
WHOLE_FEES = {"300.00": "300.00", "600.00": "600.00"}
# Each call at the price of its day.
USAGE = {"100 x 0.01": "1.00", "100 x 0.02": "2.00"}
# The minimum holds once for the period, however many terms it has.
USAGE_AND_MINIMUM = {**USAGE, "50.00 - 1.00 - 2.00": "47.00"}


def all_cases() -> Iterator[Case]:
    """Return the cases in the order of the table."""
    for delivery in ("ADVANCED", "ARREARS"):
        for period in PERIODS:
            yield Case("fee", delivery, True, period, PRORATED_FEE[period.name])
            yield Case("fee", delivery, False, period, WHOLE_FEE[delivery])
        yield Case("fee, then another", delivery, True, YEAR, PRORATED_FEE[YEAR.name])
        yield Case("fee, then another", delivery, False, YEAR, WHOLE_FEES)
    for period in PERIODS:
        yield Case("calls", "ARREARS", None, period, USAGE)
        yield Case("calls, minimum", "ARREARS", None, period, USAGE_AND_MINIMUM)


CASES = tuple(all_cases())


def terms_of(case: Case, when: str) -> Inputs:
    """Return the pricebook of a case before or after its amendment, with one list price."""
    name = f"{case.name}_{when}"
    price = {"product_uid": "fee", "price": FEES[when]}
    if case.is_metered:
        price = {"product_uid": "calls", "price": CALL_PRICES[when]}
    elif when == "after" and case.sold == "fee, then another":
        price["product_uid"] = "another_fee"
    if case.sold == "calls, minimum":
        price["minimum_amount"] = MINIMUM_AMOUNT
    book = {"invoice_delivery": case.delivery, "invoice_schedule": case.period.schedule}
    prorate = None if case.prorate is None else str(case.prorate).lower()
    return {
        "pricebooks": [row(name, prorate=prorate, **book)],
        "list_prices": [row(name, pricebook_uid=name, **price)],
    }


def inputs_of(case: Case) -> Inputs:
    """Return everything that a case needs but the products."""
    name, period = case.name, case.period
    terms = {"durable_id": name, "customer_id": name}
    term = {"started_at": period.started_at, "ended_at": period.ended_at}
    amendment = {"pricebook_id": f"{name}_after", "effective_at": period.amended_at}
    contract: Inputs = {
        "customers": [row(name)],
        "contracts": [
            row(f"{name}_1", **terms, **term, pricebook_id=f"{name}_before"),
            row(f"{name}_2", **terms, **term, **amendment),
        ],
    }
    # In the first instants of the old terms and of the new ones.
    instants = (period.started_at, period.amended_at) if case.is_metered else ()
    usage: Inputs = {
        "usage_events": [
            event(f"{name}-{instant}", name, instant, name="call", calls=CALLS)
            for instant in instants
        ]
    }
    return combined(contract, usage, terms_of(case, "before"), terms_of(case, "after"))


def build_cases(build: Builder) -> Warehouse:
    """Return all cases in one warehouse."""
    products: Inputs = {
        "products": [
            row("fee", name="Fee", ptype="FIXED"),
            row("another_fee", name="Another fee", ptype="FIXED"),
            row("calls", name="Calls", ptype="EVENT", event_name="call", agg_property="calls"),
        ]
    }
    return build(
        combined(products, *map(inputs_of, CASES)),
        as_of=AS_OF,
        models=("line_items", "invoices", "pricing_exceptions", "usage_event_exceptions"),
    )


def print_cases(console: Console, warehouse: Warehouse) -> None:
    """Print a row for each case: its arithmetic, and what the warehouse says is owed."""
    table = Table(box=box.MARKDOWN, pad_edge=True)
    for label in ("sold", "delivery", "prorated", "period", "arithmetic"):
        table.add_column(label, no_wrap=True)
    table.add_column("owed", justify="right", no_wrap=True)
    for case in CASES:
        period = case.period
        table.add_row(
            case.sold,
            case.delivery,
            {True: "yes", False: "no", None: ""}[case.prorate],
            f"{period.name}, {period.days_before} + {period.days_after} days",
            "; ".join(case.owed),
            "; ".join(f"{amount:.2f}" for amount in amounts_of(warehouse, case.name)),
        )
    console.print(table)


def main() -> None:
    """Build all cases in a scratch directory and print them."""
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        warehouse = build_cases(Builder(directory, parse_for_tables(directory)))
        print_cases(Console(width=200), warehouse)


if __name__ == "__main__":
    main()
