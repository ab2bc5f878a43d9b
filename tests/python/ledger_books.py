"""What tests of the ledger look at: the documents of a close, by what they say."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb
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


# The chain of hashes


def written(value: object) -> str:
    """Write a value as docs/ledger.md says."""
    if value is None:
        return "~2"
    if isinstance(value, str):
        return value.replace("~", "~0").replace("|", "~1")
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".")
    return str(value)


def hash_of(values: list[object]) -> str:
    """Return the hash of some values."""
    return hashlib.md5("|".join(map(written, values)).encode()).hexdigest()


def hashes_of(path: Path, close_number: int, columns: list[str]) -> tuple[list[str], str]:
    """Return the hashes of the rows of a close over some columns, and that of the close."""
    with duckdb.connect(path, read_only=True) as connection:
        rows = connection.execute(
            f"select {', '.join(columns)} from ratebook_state.invoice_ledger "  # noqa: S608
            "where close_number = $1 order by row_number",
            [close_number],
        ).fetchall()
        (previous,) = connection.execute(
            "select max(previous_close_hash) from ratebook_state.invoice_ledger "
            "where close_number = $1",
            [close_number],
        ).fetchone()
    row_hashes = [hash_of(list(values)) for values in rows]
    return row_hashes, hash_of([previous, ",".join(row_hashes)])


def broken_closes(warehouse: Warehouse) -> list[int]:
    """Return the closes whose rows, or whose close before, are not those of their hashes."""
    closes = warehouse.rows(
        "select close_number, any_value(hash_columns), list(row_hash order by row_number), "
        "max(close_hash), max(previous_close_hash) from ratebook_state.invoice_ledger "
        "where hash_format = 1 group by close_number order by close_number"
    )
    broken, before = [], None
    for number, columns, row_hashes, close_hash, previous in closes:
        recomputed = hashes_of(warehouse.path, number, columns.split(","))
        if recomputed != (row_hashes, close_hash) or previous != before:
            broken.append(number)
        before = close_hash
    return broken
