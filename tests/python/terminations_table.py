"""What is owed when a contract is terminated early: a case for each day of a 30-day period.

`python tests/python/terminations_table.py` builds them and prints what each line owes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from conftest import Warehouse
from input_tables import Builder, Inputs, amounts_of, combined, parse_for_tables, row
from rich import box
from rich.console import Console
from rich.table import Table

# All terms are over by then.
AS_OF = "2025-06-01"
# March is whole in each case; the contracts are terminated on a day of April.
STARTED_AT, ENDED_AT = "2024-03-01", "2025-03-01"
DAYS = range(1, 31)
FEE, MINIMUM_AMOUNT = 300, 60
# The time of the day changes nothing: days go by their dates, and the last one does not count.
TIMES = ("", " 00:00", " 15:30")


@dataclass(frozen=True)
class Case:
    """A contract that is terminated on a day of April, and the arithmetic of what April owes.

    It sells a fee, in advance or in arrears, prorated or not, or usage with a minimum and no usage.
    """

    sold: str
    delivery: str
    prorate: bool
    day: int

    @property
    def name(self) -> str:
        """Return the name of the case, and of its contract and customer."""
        proration = "prorated" if self.prorate else "whole"
        return f"{self.sold}_{self.delivery}_{proration}_{self.day:02}".lower()

    @property
    def terminated_at(self) -> str:
        """Return when the contract is terminated, local."""
        return f"2024-04-{self.day:02}{TIMES[self.day % len(TIMES)]}"

    @property
    def days_in_force(self) -> int:
        """Return the days of April before the one on which the contract is terminated."""
        return self.day - 1

    @property
    def march(self) -> Decimal:
        """Return what March owes."""
        return Decimal(MINIMUM_AMOUNT if self.sold == "minimum" else FEE)

    @property
    def arithmetic(self) -> str:
        """Return how April comes about; empty if the contract does not reach it."""
        if not self.days_in_force:
            return ""
        if not self.prorate:
            return str(self.march)
        return f"{self.march} x {self.days_in_force} / {len(DAYS)}"

    @property
    def april(self) -> Decimal:
        """Return what April owes: 300 or 60 a month are 10 or 2 a day."""
        if not self.days_in_force:
            return Decimal(0)
        a_day = 2 if self.sold == "minimum" else 10
        return Decimal(a_day * self.days_in_force) if self.prorate else self.march


def all_cases() -> Iterator[Case]:
    """Return the cases in the order of the table."""
    for day in DAYS:
        for delivery in ("ADVANCED", "ARREARS"):
            yield Case("fee", delivery, True, day)
            yield Case("fee", delivery, False, day)
        yield Case("minimum", "ARREARS", True, day)
        yield Case("minimum", "ARREARS", False, day)


CASES = tuple(all_cases())


def inputs_of(case: Case) -> Inputs:
    """Return a customer with the case's contract."""
    name = case.name
    terms = {"durable_id": name, "customer_id": name, "prorate": str(case.prorate).lower()}
    term = {"started_at": STARTED_AT, "ended_at": ENDED_AT, "terminated_at": case.terminated_at}
    book = case.sold if case.sold == "minimum" else f"fee_{case.delivery.lower()}"
    return {
        "customers": [row(name)],
        "contracts": [row(name, **terms, **term, pricebook_id=book)],
    }


def catalogue() -> Inputs:
    """Return what is sold."""
    deliveries = ("advanced", "arrears")
    return {
        "products": [
            row("fee", name="Fee", ptype="FIXED"),
            row("calls", name="Calls", ptype="EVENT", event_name="call"),
        ],
        "pricebooks": [
            *(row(f"fee_{name}", invoice_delivery=name.upper()) for name in deliveries),
            row("minimum", invoice_delivery="ARREARS"),
        ],
        "list_prices": [
            *(
                row(name, pricebook_uid=name, product_uid="fee", price=str(FEE))
                for name in map("fee_{}".format, deliveries)
            ),
            row(
                "minimum",
                pricebook_uid="minimum",
                product_uid="calls",
                price="0.01",
                minimum_amount=str(MINIMUM_AMOUNT),
            ),
        ],
    }


def build_cases(build: Builder) -> Warehouse:
    """Return all cases in one warehouse."""
    return build(
        combined(catalogue(), *map(inputs_of, CASES)),
        as_of=AS_OF,
        models=("line_items", "invoices", "pricing_exceptions"),
    )


def owed(warehouse: Warehouse, case: Case) -> list[Decimal]:
    """Return what the lines of a case owe, but for usage lines, which are there without usage."""
    return [amount for amount in amounts_of(warehouse, case.name) if amount]


def print_cases(console: Console, warehouse: Warehouse) -> None:
    """Print a row for each case: its arithmetic, and what the warehouse says is owed."""
    table = Table(box=box.MARKDOWN, pad_edge=True)
    for label in ("sold", "delivery", "prorated", "terminated at", "April"):
        table.add_column(label, no_wrap=True)
    table.add_column("owed, March first", justify="right", no_wrap=True)
    for case in CASES:
        table.add_row(
            case.sold,
            case.delivery,
            "yes" if case.prorate else "no",
            case.terminated_at,
            case.arithmetic,
            "; ".join(f"{amount:.2f}" for amount in owed(warehouse, case)),
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
