"""Invoices on the terminal, and what became of usage events and configuration rows."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

import duckdb
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ratebook import books
from ratebook.formats import exact, money, short_name
from ratebook.invoices import BY_CUSTOMER, Invoice, Line, read_invoices, read_lines
from ratebook.terminal import print_table

CASE_STUDY = ("OptimusPrimeBot", "Papergirl")
INVOICES_SHOWN = 6

# Columns of a line: product, quantity, price, amount. Fixed, so that invoices line up.
COLUMN_WIDTHS = (None, 18, 16, 22)


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


MISSING_SQL = """
    select
        (select count(*) from ratebook.pricing_exceptions where effect = 'NOT_BILLED'),
        (
            select coalesce(sum(event_count), 0) from ratebook.usage_outcome_counts
            where outcome not in ('RATED', 'DUPLICATE', 'FILTERED_OUT')
        )
"""


def instant(value: Any) -> str:  # noqa: ANN401 - a date or a timestamp, or None for an open end
    """Write an instant, without the time of day if it is midnight."""
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
    """Print an invoice's header and its lines; with detail, ids and explanations too."""
    header = Table.grid(expand=True, padding=(0, 1))
    header.add_column(ratio=1)
    header.add_column(justify="right")
    header.add_row(
        Text(
            f"{short_name(invoice.contract_id)}  {invoice.invoice_delivery}  "
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
        product = short_name(line.product_name)
        if line.cell_values:
            product += f" ({line.cell_values})"
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
    """Print the invoices that meet a condition: with detail all, else the first ones not of 0.00.

    Returns whether any invoice meets it.
    """
    invoices = read_invoices(connection, condition, value)
    if not invoices:
        return False
    owed = invoices if detail else [invoice for invoice in invoices if invoice.total]
    shown = owed if detail else owed[:INVOICES_SHOWN]
    customer = invoices[0].customer_name
    console.rule(Text(short_name(customer), style="bold"), align="left", characters="─")
    labels = line_grid()
    labels.add_row("", "quantity", "price", "amount", style="dim")
    console.print(labels)
    for invoice in shown:
        print_invoice(console, invoice, read_lines(connection, invoice.invoice_id), detail)
    if len(shown) < len(invoices):
        not_shown = {"more": len(owed) - len(shown), "of 0.00": len(invoices) - len(owed)}
        counts = " and ".join(f"{count} {what}" for what, count in not_shown.items() if count)
        console.print(f"Not shown: {counts}. All of them, explained:", style="dim")
        command = f"--customer {shlex.quote(customer)}"
        console.print(Text(f"ratebook print {command}\n", style="dim"))
    return True


def print_summary(console: Console, connection: duckdb.DuckDBPyConnection) -> None:
    """Print invoices by month and currency, reports to marketplaces, usage and exceptions.

    A part whose mart was not built is left out.
    """
    built = books.marts(connection)
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
            numbers = ("invoices", "finalized", "draft", "total")
            print_table(console, (*labels, *numbers), rows, numbers=numbers, title=title)
    reported = (
        connection.execute(MARKETPLACES_SQL).fetchall()
        if "marketplace_reconciliation" in built
        else []
    )
    if reported:
        numbers = ("metered", "sent", "pending", "late", "rejected")
        print_table(
            console,
            ("agreement", "dimension", "month", *numbers),
            ((*map(short_name, row[:3]), *map(exact, row[3:])) for row in reported),
            numbers=numbers,
            long_texts=("agreement", "dimension"),
            title="Usage reported to marketplaces, in units of the product",
        )
    for mart, title, label, counted, sql in (
        ("usage_outcome_counts", "Usage events by outcome", "outcome", "events", OUTCOMES_SQL),
        ("pricing_exceptions", "Exceptions by effect", "effect", "rows", EXCEPTIONS_SQL),
    ):
        counts = connection.execute(sql).fetchall() if mart in built else []
        if counts:
            rows = ((word, exact(count)) for word, count in counts)
            print_table(console, (label, counted), rows, numbers=(counted,), title=title)
    console.print(
        "A customer's invoices, explained: ratebook print --customer NAME (or its id)", style="dim"
    )


def print_missing(console: Console, connection: duckdb.DuckDBPyConnection) -> None:
    """Print how much is missing on the invoices, if something is, and where to look."""
    if not {"pricing_exceptions", "usage_outcome_counts"} <= set(books.marts(connection)):
        return
    rows, events = connection.execute(MISSING_SQL).fetchone()
    if rows or events:
        console.print(
            f"Not on any invoice: {exact(rows)} rows of the configuration, {exact(events)} usage "
            "events. Why, and what to do: ratebook show top_exceptions",
            highlight=False,
        )


def print_all(console: Console, connection: duckdb.DuckDBPyConnection) -> None:
    """Print the first invoices of the case study's customers, if it was built, and a summary."""
    for customer in CASE_STUDY:
        print_invoices(console, connection, BY_CUSTOMER, customer, detail=False)
    print_summary(console, connection)
