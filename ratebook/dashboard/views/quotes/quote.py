"""One quote: its totals, future invoices and lines."""

from __future__ import annotations

import streamlit as st

from ratebook import documents
from ratebook.dashboard import ui
from ratebook.dashboard.ui import Column
from ratebook.dashboard.views.quotes.common import (
    AMOUNTS,
    QUOTES_SQL,
    amount_column,
    amount_text,
    compare_address,
    term_text,
)
from ratebook.dashboard.warehouse import Row

QUOTE_SQL = (
    QUOTES_SQL
    + """
    select
        *
    from quotes
    where quote_id = ?
    order by currency
"""
)
QUOTE_INVOICES_SQL = """
    select *
    from ratebook.quote_invoices
    where quote_id = ?
    order by issued_at, currency, invoice_delivery, invoice_id
"""
QUOTE_LINES_SQL = """
    select
        coalesce(product_name, product_uid) as product,
        line_type,
        invoice_delivery,
        currency,
        price,
        min(effective_at) as effective_at,
        max(ineffective_at) as ineffective_at,
        count(*) as line_count,
        sum(quantity) as quantity,
        sum(discount_amount) as discount,
        sum(amount) as amount
    from ratebook.quote_line_items
    where quote_id = ?
    group by all
    order by currency, product, effective_at, line_type, price
"""


def draw_quote(quote_id: str) -> None:
    """Show one quote: what it comes to, which invoices it brings, and for what."""
    ui.back("quotes", "quote")
    rows = ui.query(QUOTE_SQL, quote_id)
    if not rows:
        ui.warn(f"There is no quote {quote_id}. It may be deleted, or the address is wrong.")
        return
    quote = rows[0]
    name = ui.short_name(quote["name"]) or "an unnamed customer"
    ui.heading(f"{ui.short_name(quote_id)} for {name}")
    compare = compare_address(quote)
    if compare:
        ui.links(("Compare with others for the same", compare))
    customer = quote["customer_id"]
    ui.facts(
        [
            ("State", ui.words(quote["state"]), None),
            ("Customer", customer, customer and ui.address("contracts", find=customer)),
            ("Prospect", quote["prospect_name"], None),
            ("Pricebook", quote["pricebook_id"] or "none", None),
            ("Term (UTC)", term_text(quote), None),
            ("Billing time zone", quote["billing_timezone"], None),
            ("Sent (UTC)", ui.instant(quote["sent_at"]) or "not yet", None),
            ("Expires (UTC)", ui.instant(quote["expires_at"], "never"), None),
            ("Accepted (UTC)", ui.instant(quote["accepted_at"]), None),
        ]
    )
    totals = [row for row in rows if row["currency"]]
    for row in totals:
        ui.cards((label, amount_text(row, name), "") for label, name in AMOUNTS)
    ui.downloads(f"quote_{quote_id}", lambda: documents.quote_html(ui.connection(), quote_id))
    st.subheader("Future invoices")
    draw_quote_invoices(quote_id, totals)
    st.subheader("By product")
    draw_quote_lines(quote_id)


def days_text(row: Row) -> str:
    """Write the days that an invoice is for; what is done once has one."""
    first, end = ui.day(row["nominal_start_date"]), ui.day(row["nominal_end_date"])
    return first if first == end else f"{first} to {end}"


def draw_quote_invoices(quote_id: str, totals: list[Row]) -> None:
    """Show which invoices the quote brings, and when."""
    rows = ui.query(QUOTE_INVOICES_SQL, quote_id)
    empty = "This quote has no invoice: nothing in it can be billed, or its term is empty."
    for currency in [row["currency"] for row in totals] or [None]:
        quoted = next((row["quoted_total"] for row in totals if row["currency"] == currency), None)
        ui.table(
            [
                Column("Issued (UTC)", lambda row: ui.instant(row["issued_at"]), "date"),
                Column("Due (UTC)", lambda row: ui.instant(row["due_at"]), "date"),
                Column("Invoice", lambda row: ui.words(row["invoice_delivery"])),
                Column("For the days", days_text, "date"),
                Column("Lines", lambda row: ui.number(row["line_count"]), "number"),
                amount_column("Total", "total"),
            ],
            [row for row in rows if row["currency"] == currency],
            caption="Days are local, the last one excluded",
            total=["Total", "", "", "", "", ui.money(quoted, currency or "")],
            empty=empty,
        )


def draw_quote_lines(quote_id: str) -> None:
    """Show what the quote owes for which product, at which price."""
    ui.table(
        [
            Column("Product", lambda row: row["product"]),
            Column("For", lambda row: ui.words(row["line_type"])),
            Column("Invoiced", lambda row: ui.words(row["invoice_delivery"])),
            Column("From (UTC)", lambda row: ui.instant(row["effective_at"]), "date"),
            Column("To (UTC)", lambda row: ui.instant(row["ineffective_at"]), "date"),
            Column("Lines", lambda row: ui.number(row["line_count"]), "number"),
            Column("Quantity", lambda row: ui.number(row["quantity"]), "number"),
            amount_column("Price", "price"),
            amount_column("Discount", "discount"),
            amount_column("Amount", "amount"),
        ],
        ui.query(QUOTE_LINES_SQL, quote_id),
        caption="Usage is what the quote assumes; each line is rounded once",
        empty="This quote has no lines.",
    )
