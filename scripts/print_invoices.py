#!/usr/bin/env python3
"""Print invoices, and what became of usage and configuration, from a built DuckDB file.

Without options: the case study's two customers, then a summary of everything.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

CASE_STUDY = ("OptimusPrimeBot", "Papergirl")
INVOICES_SHOWN = 6
WIDTH = 100
BUILD_FIRST = (
    "build it first, with `make build` for the case study, or `dbt build` for inputs of your own."
)

# Columns of a line: product, quantity, price, amount. Fixed, so that all invoices line up.
COLUMN_WIDTHS = (None, 18, 16, 22)


class Invoice(NamedTuple):
    """An invoice's header."""

    invoice_id: str
    customer_name: str
    contract_id: str
    invoice_delivery: str
    currency: str
    started_at: Any
    ended_at: Any
    status: str
    total: Decimal
    minor_units: int
    issued_on: Any
    due_on: Any
    billed_by: str | None


class Line(NamedTuple):
    """A line item with its explanation."""

    product_name: str
    line_type: str
    quantity: Decimal
    price: Decimal | None
    amount: Decimal
    explanation: str | None


INVOICES_SQL = """
    select
        invoice_id, coalesce(customer_name, customer_id), contract_id, invoice_delivery, currency,
        timezone(billing_timezone, timezone('UTC', started_at)),
        timezone(billing_timezone, timezone('UTC', ended_at)), status, total, minor_units,
        cast(timezone(billing_timezone, timezone('UTC', issued_at)) as date),
        cast(timezone(billing_timezone, timezone('UTC', due_at)) as date),
        case when is_shadow then billing_target end
    from ratebook.invoices
"""
BY_INVOICE = "starts_with(invoice_id, ?)"
BY_CUSTOMER = "? in (customer_name, customer_id)"
INVOICES_ORDER = " order by started_at, contract_id, invoice_delivery, currency, invoice_id"

LINES_SQL = """
    select
        lines.product_name, lines.line_type, lines.quantity, lines.price, lines.amount,
        explanations.explanation
    from ratebook.line_items as lines
    left join ratebook.line_item_explanations as explanations using (line_item_id)
    where lines.invoice_id = ?
    order by
        lines.line_type = 'minimum_true_up', lines.effective_at, lines.product_name,
        lines.line_item_id
"""

SUMMARY_SQL = """
    select
        strftime(nominal_start_date, '%Y-%m'), currency,
        case when is_shadow then billing_target else '' end, count(*),
        count(*) filter (where status = 'FINALIZED'), count(*) filter (where status = 'DRAFT'),
        sum(total), max(minor_units)
    from ratebook.invoices
    group by all
    order by all
"""

MARKETPLACES_SQL = """
    select
        agreement_id, dimension, strftime(metered_month, '%Y-%m'), metered_quantity, sent_quantity,
        pending_quantity, late_quantity, rejected_quantity
    from ratebook.marketplace_reconciliation
    order by all
"""

OUTCOMES_SQL = """
    select outcome, sum(event_count) from ratebook.usage_outcome_counts
    group by outcome
    order by sum(event_count) desc, outcome
"""

EXCEPTIONS_SQL = """
    select effect, count(*) from ratebook.pricing_exceptions group by effect order by effect
"""


def exact(number: Decimal | int | None) -> str:
    """Write a number with thousands separators and every digit that counts."""
    if number is None:
        return ""
    digits = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,}"
    whole, point, fraction = digits.partition(".")
    return whole + point + fraction.rstrip("0") if fraction.rstrip("0") else whole


def money(amount: Decimal | None, currency: str = "", minor_units: int = 2) -> str:
    """Write an amount with at least the decimals of its currency, and the currency."""
    whole, _, fraction = exact(amount).partition(".")
    digits = fraction.ljust(minor_units, "0")
    return f"{whole}{'.' if digits else ''}{digits} {currency}".strip() if whole else ""


def instant(value: Any) -> str:  # noqa: ANN401 - a date or a timestamp, or None for an open end
    """Write an instant, without the time of day where it is midnight."""
    return "…" if value is None else str(value).removesuffix("+00:00").removesuffix(" 00:00:00")


def line_grid() -> Table:
    """Return an empty grid with the columns of a line."""
    grid = Table.grid(expand=True, padding=(0, 1))
    for width in COLUMN_WIDTHS:
        if width:
            grid.add_column(justify="right", width=width)
        else:
            grid.add_column(ratio=1)
    return grid


def print_invoice(console: Console, invoice: Invoice, lines: Sequence[Line], detail: bool) -> None:
    """Print an invoice's header and its lines, with ids and explanations for detail."""
    header = Table.grid(expand=True, padding=(0, 1))
    header.add_column(ratio=1)
    header.add_column(justify="right")
    header.add_row(
        Text(
            f"{invoice.contract_id}  {invoice.invoice_delivery}  "
            f"{instant(invoice.started_at)} to {instant(invoice.ended_at)}  {invoice.status}"
            f"{f'  billed by {invoice.billed_by}' if invoice.billed_by else ''}"
        ),
        Text(money(invoice.total, invoice.currency, invoice.minor_units)),
        style="bold",
    )
    console.print(header)
    if detail:
        dates = f"issued {invoice.issued_on}, due {invoice.due_on}"
        console.print(Text(f"  invoice {invoice.invoice_id}, {dates}"), style="dim")
    for line in lines:
        grid = line_grid()
        product = line.product_name
        if line.line_type == "minimum_true_up":
            product += " (up to the minimum)"
        grid.add_row(
            Text(f"  {product}"),
            exact(line.quantity),
            money(line.price, minor_units=invoice.minor_units),
            money(line.amount, minor_units=invoice.minor_units),
        )
        console.print(grid)
        if detail and line.explanation:
            console.print(Padding(Text(line.explanation, style="dim"), (0, 0, 0, 4)))
    console.print()


def print_invoices(
    console: Console,
    connection: duckdb.DuckDBPyConnection,
    condition: str,
    value: str,
    *,
    detail: bool,
) -> bool:
    """Print the invoices that meet a condition: all for detail, else the first ones owed.

    Returns whether there are any.
    """
    rows = connection.execute(f"{INVOICES_SQL} where {condition}{INVOICES_ORDER}", [value])
    invoices = [Invoice(*row) for row in rows.fetchall()]
    if not invoices:
        return False
    owed = invoices if detail else [invoice for invoice in invoices if invoice.total]
    shown = owed if detail else owed[:INVOICES_SHOWN]
    customer = invoices[0].customer_name
    console.rule(Text(customer, style="bold"), align="left", characters="─")
    labels = line_grid()
    labels.add_row("", "quantity", "price", "amount", style="dim")
    console.print(labels)
    for invoice in shown:
        lines = connection.execute(LINES_SQL, [invoice.invoice_id]).fetchall()
        print_invoice(console, invoice, [Line(*line) for line in lines], detail)
    if len(shown) < len(invoices):
        not_shown = {"more": len(owed) - len(shown), "of 0.00": len(invoices) - len(owed)}
        counts = " and ".join(f"{count} {what}" for what, count in not_shown.items() if count)
        console.print(f"Not shown: {counts}. All of them, explained:", style="dim")
        command = f"--customer {shlex.quote(customer)}"
        console.print(f".venv/bin/python scripts/print_invoices.py {command}\n", style="dim")
    return True


def print_table(
    console: Console,
    title: str,
    labels: Sequence[str],
    rows: Iterable[Sequence[str]],
    text_columns: int = 1,
) -> None:
    """Print a titled table; the columns after the first ones hold numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for position, label in enumerate(labels):
        table.add_column(label, justify="left" if position < text_columns else "right")
    for row in rows:
        table.add_row(*row)
    console.print(Text(title, style="bold"))
    console.print(table)


def print_summary(console: Console, connection: duckdb.DuckDBPyConnection) -> None:
    """Print invoices by month and currency, what marketplaces know, usage and exceptions."""
    invoices = connection.execute(SUMMARY_SQL).fetchall()
    for title, is_shadow in (
        ("All invoices, by the month in which their period starts", False),
        ("Shadow invoices, which marketplaces bill", True),
    ):
        rows = [
            (
                month,
                currency,
                *([marketplace] if is_shadow else []),
                *map(exact, counts),
                money(total, minor_units=minor_units),
            )
            for month, currency, marketplace, *counts, total, minor_units in invoices
            if bool(marketplace) == is_shadow
        ]
        labels = ("month", "currency", *(["billed by"] if is_shadow else []))
        if rows or not is_shadow:
            columns = (*labels, "invoices", "finalized", "draft", "total")
            print_table(console, title, columns, rows, text_columns=len(labels))
    told = connection.execute(MARKETPLACES_SQL).fetchall()
    if told:
        print_table(
            console,
            "What marketplaces have been told, in units of the product",
            ("agreement", "dimension", "month", "metered", "sent", "pending", "late", "rejected"),
            ((*row[:3], *map(exact, row[3:])) for row in told),
            text_columns=3,
        )
    for title, labels, sql in (
        ("Usage events, by what became of them", ("outcome", "events"), OUTCOMES_SQL),
        ("Configuration rows reported, by effect", ("effect", "rows"), EXCEPTIONS_SQL),
    ):
        counts = connection.execute(sql).fetchall()
        if counts:
            print_table(console, title, labels, ((name, exact(count)) for name, count in counts))
    console.print("A customer's invoices, explained: --customer NAME (or its id)", style="dim")


def print_file(console: Console, path: Path, options: argparse.Namespace) -> bool:
    """Print what the options ask for; false if there is no such invoice."""
    with duckdb.connect(path, read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        if options.invoice:
            return print_invoices(console, connection, BY_INVOICE, options.invoice, detail=True)
        if options.customer:
            return print_invoices(console, connection, BY_CUSTOMER, options.customer, detail=True)
        for customer in CASE_STUDY:
            print_invoices(console, connection, BY_CUSTOMER, customer, detail=False)
        print_summary(console, connection)
        return True


def main() -> int:
    """Read the command line, print, and turn what users may meet into one sentence."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "path",
        nargs="?",
        type=Path,
        default=os.environ.get("RATEBOOK_DUCKDB_PATH", "warehouse.duckdb"),
        help="the DuckDB file (default: RATEBOOK_DUCKDB_PATH, else warehouse.duckdb)",
    )
    only = parser.add_mutually_exclusive_group()
    only.add_argument(
        "--customer", metavar="NAME", help="all invoices of a customer (name or id), explained"
    )
    only.add_argument("--invoice", metavar="ID", help="one invoice, explained")
    options = parser.parse_args()
    path = Path(options.path)
    if not path.exists():
        return fail(f"{path} does not exist: {BUILD_FIRST}")
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    try:
        found = print_file(console, path, options)
    except duckdb.CatalogException as error:
        missing = str(error).splitlines()[0].removeprefix("Catalog Error: ")
        return fail(f"{path} holds no complete build ({missing}): {BUILD_FIRST}")
    except duckdb.IOException as error:
        return fail(f"{path} cannot be read: {str(error).splitlines()[0]}")
    if found:
        return 0
    return fail(
        f"There is no invoice of {options.customer or options.invoice}. Names are compared letter "
        "by letter; ratebook.pricing_exceptions has the rows that are not billed, and why."
    )


def fail(message: str) -> int:
    """Say what is wrong and return the exit code for it."""
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
