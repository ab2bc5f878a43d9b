"""An invoice or a quote as an HTML page and a PDF.

Import `invoice_html` and `quote_html`; they raise DocumentError. `ratebook.documents.rendering`
makes PDFs of them, and `ratebook.documents.ledger` pages of documents that closes have frozen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb

from ratebook.books import opened, require
from ratebook.documents.rendering import TEMPLATES, DocumentError, write
from ratebook.invoices import BY_BEGINNING, Invoice, read_invoices, read_lines

INVOICES_NAMED = 3

# On main both totals are main's.
WHAT_IF_SQL = """
    select main_total from ratebook.branch_invoice_diffs
    where invoice_id = ? and main_total is distinct from branch_total
"""


class Quote(NamedTuple):
    """The terms of a quote, the same in all its currencies."""

    quote_id: str
    customer_id: str | None
    customer_name: str | None
    state: str
    billing_timezone: str | None
    started_at: datetime | None
    ended_at: datetime | None
    sent_at: datetime | None
    expires_at: datetime | None
    accepted_at: datetime | None
    as_of: datetime | None


class Totals(NamedTuple):
    """The totals of a quote in one of its currencies."""

    currency: str
    minor_units: int
    list_total: Decimal
    difference: Decimal
    quoted_total: Decimal
    total_contract_value: Decimal
    invoice_count: int
    first_issued_on: date
    first_invoices_total: Decimal
    last_issued_on: date


class QuotedPrice(NamedTuple):
    """The lines of a quote with the same price; a discount is negative, 0 for none."""

    product_name: str
    line_type: str
    unit_name: str | None
    invoice_delivery: str
    list_price: Decimal | None
    price: Decimal | None
    least_quantity: Decimal
    most_quantity: Decimal
    discount: Decimal
    amount: Decimal
    effective_at: datetime
    ineffective_at: datetime


class QuotedInvoice(NamedTuple):
    """An invoice that will follow."""

    issued_on: date
    due_on: date
    invoice_delivery: str
    started_at: datetime
    ended_at: datetime
    total: Decimal


# A quote without lines has no currency.
QUOTE_SQL = """
    select
        quote_id, customer_id,
        case
            when customer_id is null then prospect_name
            else coalesce(
                (
                    select min(customer_name) from ratebook.quote_invoices as invoices
                    where invoices.quote_id = quotes.quote_id
                ),
                customer_id
            )
        end,
        state, billing_timezone,
        timezone(billing_timezone, timezone('UTC', started_at)),
        timezone(billing_timezone, timezone('UTC', ended_at)),
        timezone(billing_timezone, timezone('UTC', sent_at)),
        timezone(billing_timezone, timezone('UTC', expires_at)),
        timezone(billing_timezone, timezone('UTC', accepted_at)),
        (select max(created_at) from ratebook.invoices)
    from ratebook.quote_summaries as quotes
    where quote_id = ?
    limit 1
"""

TOTALS_SQL = """
    select
        currency, minor_units, list_total, -discount_total, quoted_total, total_contract_value,
        invoice_count,
        cast(timezone(billing_timezone, timezone('UTC', first_issued_at)) as date),
        first_invoices_total,
        (
            select max(cast(timezone(billing_timezone, timezone('UTC', issued_at)) as date))
            from ratebook.quote_invoices as invoices
            where
                invoices.quote_id = summaries.quote_id
                and invoices.currency = summaries.currency
        )
    from ratebook.quote_summaries as summaries
    where quote_id = ? and currency is not null
    order by currency
"""

PRICES_SQL = """
    select
        coalesce(lines.product_name, 'Product ' || lines.product_uid), lines.line_type,
        lines.unit_name, lines.invoice_delivery, lines.list_price, lines.price,
        min(lines.quantity), max(lines.quantity), -sum(lines.discount_amount), sum(lines.amount),
        min(timezone(invoices.billing_timezone, timezone('UTC', lines.effective_at))) as first_at,
        max(timezone(invoices.billing_timezone, timezone('UTC', lines.ineffective_at)))
    from ratebook.quote_line_items as lines
    inner join ratebook.quote_invoices as invoices using (quote_id, invoice_id)
    where lines.quote_id = ? and lines.currency = ?
    group by
        lines.product_name, lines.product_uid, lines.line_type, lines.unit_name,
        lines.invoice_delivery, lines.list_price_uid, lines.contract_price_uid, lines.list_price,
        lines.price
    order by
        lines.product_name, lines.product_uid, lines.line_type = 'minimum_true_up', first_at,
        lines.list_price_uid, lines.contract_price_uid, lines.price, lines.invoice_delivery
"""

INVOICES_SQL = """
    select
        cast(timezone(billing_timezone, timezone('UTC', issued_at)) as date),
        cast(timezone(billing_timezone, timezone('UTC', due_at)) as date),
        invoice_delivery,
        timezone(billing_timezone, timezone('UTC', started_at)),
        timezone(billing_timezone, timezone('UTC', ended_at)), total
    from ratebook.quote_invoices
    where quote_id = ? and currency = ?
    order by issued_at, started_at, invoice_delivery, invoice_id
    limit 6
"""


def other_total(
    connection: duckdb.DuckDBPyConnection, invoice_id: str
) -> tuple[Decimal | None] | None:
    """Return the total on main of an invoice that a branch changes; none if it does not."""
    return connection.execute(WHAT_IF_SQL, [invoice_id]).fetchone()


def invoice_html(connection: duckdb.DuckDBPyConnection, invoice_id: str) -> str:
    """Return an invoice, by its id or an unambiguous beginning of it, as an HTML page."""
    invoice = find_invoice(connection, invoice_id)
    lines = read_lines(connection, invoice.invoice_id)
    what_if = other_total(connection, invoice.invoice_id)
    return TEMPLATES.get_template("invoice.html").render(
        invoice=invoice, lines=lines, what_if=what_if
    )


def quote_html(connection: duckdb.DuckDBPyConnection, quote_id: str) -> str:
    """Return a quote, by its id, as an HTML page with a section for each currency."""
    quote = find_quote(connection, quote_id)
    sections = []
    for row in connection.execute(TOTALS_SQL, [quote.quote_id]).fetchall():
        totals = Totals(*row)
        key = [quote.quote_id, totals.currency]
        prices = [QuotedPrice(*price) for price in connection.execute(PRICES_SQL, key).fetchall()]
        invoices = [QuotedInvoice(*one) for one in connection.execute(INVOICES_SQL, key).fetchall()]
        sections.append((totals, prices, invoices))
    return TEMPLATES.get_template("quote.html").render(quote=quote, sections=sections)


def find_invoice(connection: duckdb.DuckDBPyConnection, beginning: str) -> Invoice:
    """Return the one invoice whose id is this, or begins so."""
    if not beginning:
        raise DocumentError(
            "Name the invoice by its id or the beginning of it: `ratebook invoice ID`."
        )
    found = read_invoices(connection, BY_BEGINNING, beginning)
    exactly = [invoice for invoice in found if invoice.invoice_id == beginning]
    if len(found) == 1 or exactly:
        return (exactly or found)[0]
    if not found:
        raise DocumentError(
            f"There is no invoice whose id begins with {beginning}: the dashboard lists them."
        )
    named = ", ".join(sorted(invoice.invoice_id for invoice in found)[:INVOICES_NAMED])
    more = " and others" if len(found) > INVOICES_NAMED else ""
    raise DocumentError(
        f"{len(found)} invoices have an id that begins with {beginning} ({named}{more}): "
        "give more of the id."
    )


def find_quote(connection: duckdb.DuckDBPyConnection, quote_id: str) -> Quote:
    """Return the quote with this id."""
    if not quote_id:
        raise DocumentError("Name the quote by its id: `ratebook quote ID`.")
    row = connection.execute(QUOTE_SQL, [quote_id]).fetchone()
    if row is None:
        raise DocumentError(
            f"There is no quote {quote_id}: see ratebook.quote_summaries for the ids, and "
            "ratebook.pricing_exceptions for quotes that are not used, and why."
        )
    return Quote(*row)


def write_invoice(path: Path, beginning: str, directory: Path) -> Iterator[Path]:
    """Write both files of an invoice, and yield each once it is written."""
    with opened(path) as connection:
        invoice_id = find_invoice(connection, beginning).invoice_id
        html = invoice_html(connection, invoice_id)
        # It must not overwrite the invoice printed from main.
        prefix = "what_if_" if other_total(connection, invoice_id) else ""
    yield from write(html, prefix + invoice_id, directory)


def write_quote(path: Path, quote_id: str, directory: Path) -> Iterator[Path]:
    """Write both files of a quote, and yield each once it is written."""
    with opened(path) as connection:
        require(connection, path, "quote_summaries", feature="quotes")
        html = quote_html(connection, quote_id)
    yield from write(html, quote_id, directory)
