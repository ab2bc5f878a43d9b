"""What tests of the ledger look at: the documents of a close, by what they say."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from conftest import Warehouse


class Document(NamedTuple):
    """A frozen document, by what its rows say: month and amount of each, adjustments last."""

    document_type: str
    total: Decimal
    lines: str
    adjustments: str


def documents(warehouse: Warehouse, close_number: int) -> dict[str, list[Document]]:
    """Return the documents of a close, by contract."""
    found: dict[str, list[Document]] = {}
    for contract_id, *document in warehouse.rows(
        """
        select
            max(contract_id),
            documents.document_type,
            documents.total,
            coalesce(string_agg(
                said, ' ' order by nominal_start_date, line_type desc, effective_at, amount desc
            ) filter (where row_type = 'LINE'), ''),
            coalesce(string_agg(
                said, ' ' order by nominal_start_date, line_type desc, amount desc
            ) filter (where row_type = 'ADJUSTMENT'), '')
        from ratebook.documents as documents
        inner join (
            select *, strftime(nominal_start_date, '%m:') || cast(amount as decimal(28, 2)) as said
            from ratebook.document_rows
        ) as document_rows using (document_id)
        where documents.close_number = $1
        group by document_id, documents.document_type, documents.total
        order by min(nominal_start_date), documents.document_type desc, documents.total desc
        """,
        [close_number],
    ):
        found.setdefault(contract_id, []).append(Document(*document))
    return found


def invoice(total: str, lines: str, adjustments: str = "") -> Document:
    """Return an invoice."""
    return Document("INVOICE", Decimal(total), lines, adjustments)


def credit_note(total: str, adjustments: str) -> Document:
    """Return a credit note."""
    return Document("CREDIT_NOTE", Decimal(total), "", adjustments)


def adjustment_invoice(total: str, adjustments: str) -> Document:
    """Return an adjustment invoice."""
    return Document("ADJUSTMENT_INVOICE", Decimal(total), "", adjustments)
