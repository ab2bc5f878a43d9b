"""Documents: what closes have frozen, what the next one would, and what customers still owe."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ratebook.dashboard import ui
from ratebook.dashboard.ui import Column, Section
from ratebook.dashboard.warehouse import Row
from ratebook.documents.ledger import TITLES, document_html

# The page is shown if all these marts were built.
READS = (("documents", "document_rows", "document_balances"),)
STATES = ("OPEN", "PARTLY_PAID", "OVERDUE", "PAID", "CREDITED", "WRITTEN_OFF", "OVERPAID")
BUCKETS = {
    "NOT_DUE": "Not due",
    "1-30": "1-30 days",
    "31-60": "31-60 days",
    "61-90": "61-90 days",
    "OVER_90": "Over 90 days",
}
NO_DOCUMENT = (
    "No document matches: remove a filter. `ratebook close` freezes invoices as documents."
)

DOCUMENTS_SQL = """
    select documents.*, balances.state, balances.open_amount, balances.days_overdue
    from ratebook.documents as documents
    left join ratebook.document_balances as balances
        on documents.document_id = balances.document_id
"""
FOUND = """
    where
        (
            documents.document_number ilike $pattern escape '\\'
            or documents.customer_name ilike $pattern escape '\\'
            or documents.customer_id ilike $pattern escape '\\'
        )
        and ($currency = '' or documents.currency = $currency)
        and ($type = '' or documents.document_type = $type)
        and ($state = '' or balances.state = $state)
"""
NEWEST_FIRST = (
    " order by documents.document_date desc, documents.document_number desc nulls last,"
    " documents.document_id"
)
ROWS_SQL = "select * from ratebook.document_rows where document_id = ? order by row_number"
# Documents on which a row corrects this one: its own credit notes, and rows of later invoices.
CORRECTIONS_SQL = """
    select
        documents.document_id, documents.document_number, documents.document_type,
        documents.document_date, documents.currency, sum(rows.amount) as amount
    from ratebook.document_rows as rows
    inner join ratebook.documents as documents on rows.document_id = documents.document_id
    where rows.origin_document_id = ?
    group by all
    order by documents.document_date, documents.document_number, documents.document_id
"""
CLOSES_SQL = "select * from ratebook.closes order by close_number desc"
PLANNED_SQL = "select * from ratebook.planned_documents order by document_number, document_id"
OPEN_SQL = """
    select * from ratebook.open_adjustments
    order by state, contract_id, nominal_start_date, ledger_key
"""
SUMS_SQL = """
    select
        currency, sum(recomputed_amount) as recomputed, sum(frozen_amount) as frozen,
        sum(open_amount) as open, sum(waiting_amount) as waiting,
        sum(not_frozen_amount) as not_frozen, sum(unexplained_amount) as unexplained
    from ratebook.ledger_reconciliation
    group by currency
    order by currency
"""
AGEING_SQL = """
    select
        customer_id, currency,
        sum(open_amount) filter (where bucket = 'NOT_DUE') as "NOT_DUE",
        sum(open_amount) filter (where bucket = '1-30') as "1-30",
        sum(open_amount) filter (where bucket = '31-60') as "31-60",
        sum(open_amount) filter (where bucket = '61-90') as "61-90",
        sum(open_amount) filter (where bucket = 'OVER_90') as "OVER_90"
    from ratebook.receivables_ageing
    group by customer_id, currency
    order by currency, customer_id
"""
OVERDUE_SQL = (
    DOCUMENTS_SQL
    + """
    where balances.days_overdue > 0
    order by balances.days_overdue desc, documents.document_number
    """
)


def number_of(row: Row) -> str:
    """Write the number of a document; one of zero has none."""
    return row["document_number"] or "without a number"


def open_document(row: Row) -> str:
    """Return the address of a document."""
    return ui.here("ledger", document=row["document_id"])


def amount(name: str, label: str) -> Column:
    """Return the column of an amount in the currency of its row."""
    return Column(label, lambda row: ui.money(row[name], row["currency"]), "number")


def customer(row: Row) -> str:
    """Write the customer of a document."""
    return row["customer_name"] or row["customer_id"]


def document_columns(*more: Column) -> Sequence[Column]:
    """Return the columns that all lists of documents have."""
    return [
        Column("Number", number_of, link=open_document),
        Column("Type", lambda row: TITLES[row["document_type"]]),
        Column("Customer", customer),
        Column("Date", lambda row: ui.day(row["document_date"]), "date"),
        *more,
    ]


def draw_documents() -> None:
    """Let the visitor find documents."""
    what, code, kind, which = st.columns([3, 1, 1.4, 1.4])
    with what:
        text = ui.search("Find", "find", "Number or customer")
    with code:
        currency = ui.pick_currency(list(ui.minor_units()), every=True)
    with kind:
        document_type = ui.pick("Type", list(TITLES), "type")
    with which:
        state = ui.pick("State", STATES, "state")
    ui.paged_table(
        document_columns(
            Column("Due", lambda row: ui.day(row["due_at"]), "date"),
            Column("State", lambda row: ui.words(row["state"]) if row["state"] else ""),
            Column("Corrects", lambda row: row["origin_document_number"], link=origin),
            amount("total", "Total"),
            amount("open_amount", "Open"),
        ),
        DOCUMENTS_SQL + FOUND + NEWEST_FIRST,
        ("pattern", ui.like(text)),
        ("currency", currency or ""),
        ("type", document_type),
        ("state", state),
        empty=NO_DOCUMENT,
    )


def origin(row: Row) -> str | None:
    """Return the address of the document that a document or a row corrects."""
    found = row["origin_document_id"]
    return ui.here("ledger", document=found) if found else None


def draw_document(document_id: str) -> None:
    """Show one document, what it corrects, and what corrects it."""
    ui.back("ledger", "document")
    found = ui.query(f"{DOCUMENTS_SQL} where documents.document_id = ?", document_id)
    if not found:
        ui.warn(f"There is no document {document_id} in these books.")
        return
    document = found[0]
    currency = document["currency"]
    ui.heading(f"{TITLES[document['document_type']]} {number_of(document)}: {customer(document)}")
    state = document["state"]
    ui.cards(
        [
            (
                "Total",
                ui.money(document["total"], currency),
                f"rows: {ui.number(document['row_count'])}",
            ),
            (
                "State",
                ui.words(state) if state else "later than the books",
                f"open: {ui.money(document['open_amount'], currency) or 'nothing'}",
            ),
            ("Date", ui.day(document["document_date"]), f"due {ui.day(document['due_at'])}"),
            (
                "Frozen",
                ui.instant(document["closed_at"]),
                f"UTC, close {document['close_number']}",
            ),
        ]
    )
    ui.facts(
        [
            ("Seller", document["seller_name"] or document["seller_id"], None),
            ("Purchase order", document["purchase_order"], None),
            ("Corrects", document["origin_document_number"], origin(document)),
            ("Document", document_id, None),
        ]
    )
    name = document["document_number"] or document_id[:8]
    ui.downloads(f"document_{name}", lambda: document_html(ui.connection(), document_id))
    ui.table(
        [
            Column("Product", lambda row: row["product_name"] or row["product_uid"], "sentence"),
            Column("Contract", lambda row: row["contract_id"]),
            Column("Period", period, "date"),
            Column("Corrects", lambda row: row["origin_document_number"], link=origin),
            Column("Quantity", lambda row: ui.number(row["quantity"]), "number"),
            Column("Price", lambda row: ui.money(row["price"], currency), "number"),
            Column("Amount", lambda row: ui.money(row["amount"], currency), "number"),
            Column("Explanation", lambda row: row["explanation"], "sentence"),
        ],
        ui.query(ROWS_SQL, document_id),
        total=["Total", "", "", "", "", "", ui.money(document["total"], currency), ""],
    )
    corrections = ui.query(CORRECTIONS_SQL, document_id)
    if corrections:
        ui.heading("Corrected by")
        columns = [column for column in document_columns() if column.label != "Customer"]
        ui.table([*columns, amount("amount", "Amount")], corrections)


def period(row: Row) -> str:
    """Write the days of a row."""
    return f"{ui.day(row['nominal_start_date'])} to {ui.day(row['nominal_end_date'])}"


def draw_closing() -> None:
    """Show what the next close would freeze, what stays open, and whether all adds up."""
    ui.heading("What a close as of these books would freeze")
    ui.paged_table(
        [
            Column("Number", number_of),
            Column("Type", lambda row: TITLES[row["document_type"]]),
            Column("Customer", customer),
            amount("adjusted_amount", "Of which corrections"),
            amount("total", "Total"),
        ],
        PLANNED_SQL,
        empty="Nothing: all that is final is frozen.",
    )
    ui.heading("Differences between what is owed and what was said")
    ui.table(
        [
            Column("State", lambda row: ui.words(row["state"])),
            Column("Contract", lambda row: row["contract_id"]),
            Column("Product", lambda row: row["product_name"] or row["product_uid"]),
            Column("Period", period, "date"),
            amount("now_amount", "Owed now"),
            amount("amount", "Difference"),
        ],
        ui.query(f"{OPEN_SQL} limit {ui.PAGE_ROWS}"),
        caption=f"The first {ui.PAGE_ROWS}; ratebook.open_adjustments has all.",
        empty="None: what is owed for frozen periods is what was said.",
    )
    ui.heading("Reconciliation")
    ui.table(
        [
            Column("Currency", lambda row: row["currency"]),
            amount("recomputed", "Owed now"),
            amount("frozen", "Frozen"),
            amount("open", "Open"),
            amount("waiting", "Waiting"),
            amount("not_frozen", "Not frozen yet"),
            amount("unexplained", "Unexplained"),
        ],
        ui.query(SUMS_SQL),
        caption="Owed now = frozen + open + waiting + not frozen yet.",
        empty="Nothing is final yet.",
    )
    ui.heading("Closes")
    ui.table(
        [
            Column("Close", lambda row: row["close_number"], "number"),
            Column("As of (UTC)", lambda row: ui.instant(row["closed_at"]), "date"),
            Column("Documents", lambda row: ui.number(row["document_count"]), "number"),
            Column("Rows", lambda row: ui.number(row["row_count"]), "number"),
            Column("Corrections", lambda row: ui.number(row["adjustment_count"]), "number"),
        ],
        ui.query(CLOSES_SQL),
        empty="There was no close yet: see `ratebook close`.",
    )


def draw_receivables() -> None:
    """Show how late customers are, and with what."""
    ui.paged_table(
        [
            Column("Customer", lambda row: row["customer_id"]),
            Column("Currency", lambda row: row["currency"]),
            *(amount(bucket, label) for bucket, label in BUCKETS.items()),
        ],
        AGEING_SQL,
        caption="What is open, by days after the due date.",
        empty="Nothing is open.",
    )
    ui.heading("Overdue")
    ui.paged_table(
        document_columns(
            Column("Due", lambda row: ui.day(row["due_at"]), "date"),
            Column("Days", lambda row: ui.number(row["days_overdue"]), "number"),
            amount("total", "Total"),
            amount("open_amount", "Open"),
        ),
        OVERDUE_SQL,
        empty="Nothing is overdue.",
    )


SECTIONS = {
    "documents": Section("Documents", draw_documents, ("documents",)),
    "closing": Section("Closing", draw_closing, ("planned_documents", "ledger_reconciliation")),
    "receivables": Section("Receivables", draw_receivables, ("receivables_ageing",)),
}


def draw() -> None:
    """Draw the page: one document if the address names it, else the chosen part."""
    if document_id := st.query_params.get("document"):
        draw_document(document_id)
    else:
        ui.draw_section(SECTIONS)
