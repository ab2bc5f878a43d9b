"""A document as an HTML page: what a close has frozen, or as a draft what the next one would.

Import `document_html`; it raises DocumentError.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import duckdb

from ratebook.books import opened, require
from ratebook.documents.rendering import TEMPLATES, DocumentError, write

TITLES = {
    "INVOICE": "Invoice",
    "CREDIT_NOTE": "Credit note",
    "ADJUSTMENT_INVOICE": "Adjustment invoice",
}
DOCUMENTS_NAMED = 3


class Party(NamedTuple):
    """A seller or a customer, as they were named when the document was frozen."""

    party_id: str
    name: str | None
    legal_name: str | None
    address_line_1: str | None
    address_line_2: str | None
    postcode: str | None
    city: str | None
    region: str | None
    country: str | None
    tax_id: str | None
    email: str | None
    registration_id: str | None = None
    iban: str | None = None
    bic: str | None = None

    @property
    def address(self) -> list[str]:
        """Return the lines of the address that are not empty."""
        place = " ".join(filter(None, (self.postcode, self.city)))
        lines = (self.address_line_1, self.address_line_2, place, self.region, self.country)
        return [line for line in lines if line]


class Document(NamedTuple):
    """What stands above the rows of a document; without a number, its total is zero."""

    document_id: str
    document_type: str
    number: str | None
    dated_on: date
    due_on: date
    payment_terms_days: int
    payment_terms_kind: str | None
    purchase_order: str | None
    origin_number: str | None
    currency: str
    minor_units: int
    total: Decimal
    closed_at: datetime
    is_draft: bool

    @property
    def title(self) -> str:
        """Return the name of its type."""
        return TITLES[self.document_type]

    @property
    def terms(self) -> str:
        """Return when it is due, in words."""
        after_month = self.payment_terms_kind == "END_OF_MONTH"
        if not self.payment_terms_days:
            return "end of the month" if after_month else "on receipt"
        return f"{self.payment_terms_days} days{' after the end of the month' * after_month}"


class Row(NamedTuple):
    """A row of a document; a correction has no quantity and no price."""

    contract_id: str
    row_type: str
    product_name: str
    cell_values: str | None
    line_type: str
    started_on: date
    ended_on: date
    quantity: Decimal | None
    unit_name: str | None
    price: Decimal | None
    amount: Decimal
    explanation: str | None
    origin_number: str | None


# The tables of documents and of their rows.
FROZEN = ("documents", "document_rows")
PLANNED = ("planned_documents", "planned_document_rows")

# An unambiguous beginning of the id finds documents without a number. A draft has none yet.
FOUND_SQL = """
    select document_id, coalesce(document_number, document_id), false as is_draft
    from ratebook.documents
    where document_number = $1 or starts_with(document_id, $1)
    union all
    select document_id, 'draft-' || document_id[:8], true as is_draft
    from ratebook.planned_documents
    where document_number = $1 or starts_with(document_id, $1)
    order by is_draft, document_id
"""
DOCUMENT_SQL = """
    select
        document_id, document_type, document_number, document_date, due_at, payment_terms_days,
        payment_terms_kind, purchase_order, origin_document_number, currency, minor_units, total,
        closed_at
    from ratebook.{documents}
    where document_id = ?
"""
SELLER_SQL = """
    select
        seller_id, seller_name, null, seller_address_line_1, seller_address_line_2, seller_postcode,
        seller_city, seller_region, seller_country, seller_tax_id, seller_email,
        seller_registration_id, seller_iban, seller_bic
    from ratebook.{documents}
    where document_id = ?
"""
CUSTOMER_SQL = """
    select
        customer_id, customer_name, customer_legal_name, customer_address_line_1,
        customer_address_line_2, customer_postcode, customer_city, customer_region,
        customer_country, customer_tax_id, customer_email
    from ratebook.{documents}
    where document_id = ?
"""
ROWS_SQL = """
    select
        contract_id, row_type, coalesce(product_name, 'Product ' || product_uid), cell_values,
        line_type, nominal_start_date, nominal_end_date, quantity, unit_name, price, amount,
        explanation, origin_document_number
    from ratebook.{rows}
    where document_id = ?
    order by row_number
"""


def find_document(connection: duckdb.DuckDBPyConnection, number: str) -> tuple[str, str, bool]:
    """Return the id of a document, what people call it, and whether it is a draft.

    `number` is the document's number, its id, or an unambiguous beginning of the id.
    """
    if not number:
        raise DocumentError("Name the document by its number: `ratebook document 2024-000001`.")
    found = connection.execute(FOUND_SQL, [number]).fetchall()
    if not found:
        raise DocumentError(
            f"There is no document {number}: ratebook.documents lists what closes have frozen, and "
            "ratebook.planned_documents the drafts."
        )
    if len(found) > 1 and number not in found[0]:
        named = ", ".join(document_id for document_id, *_ in found[:DOCUMENTS_NAMED])
        more = " and others" if len(found) > DOCUMENTS_NAMED else ""
        raise DocumentError(
            f"{len(found)} documents have an id that begins with {number} ({named}{more}): "
            "give more of the id."
        )
    return found[0]


def document_html(
    connection: duckdb.DuckDBPyConnection, document_id: str, *, is_draft: bool = False
) -> str:
    """Return a document, by its id, as an HTML page: the same text whenever it is made."""
    documents, rows_of = PLANNED if is_draft else FROZEN

    def found(sql: str) -> list[tuple]:
        query = sql.format(documents=documents, rows=rows_of)
        return connection.execute(query, [document_id]).fetchall()

    rows = [Row(*row) for row in found(ROWS_SQL)]
    return TEMPLATES.get_template("document.html").render(
        document=Document(*found(DOCUMENT_SQL)[0], is_draft),
        seller=Party(*found(SELLER_SQL)[0]),
        customer=Party(*found(CUSTOMER_SQL)[0]),
        contracts=[
            (contract_id, list(of_contract))
            for contract_id, of_contract in groupby(rows, lambda row: row.contract_id)
        ],
    )


def write_document(path: Path, number: str, directory: Path) -> Iterator[Path]:
    """Write both files of a document, and yield each once it is written."""
    with opened(path) as connection:
        require(connection, path, *FROZEN, *PLANNED, feature="ledger")
        document_id, name, is_draft = find_document(connection, number)
        html = document_html(connection, document_id, is_draft=is_draft)
    yield from write(html, name, directory)
