"""Random histories of closes: the ledger freezes what an independent calculation freezes.

The oracle gets the lines that a build owes and the ledger that it has found, and says what the
close writes. Each close is compared, so that histories are compared as a whole. Before each close
the same build plans it, and the close freezes what was planned, in every column.

RATEBOOK_RANDOM_HISTORIES=2000 runs so many contracts, 200 in a batch, each through 3 to 12 closes.
Without it, only the last close of a history is planned before.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest
from conftest import Warehouse
from input_tables import LEDGER_MARTS, Builder
from ledger_books import broken_closes
from oracle.ledger import (
    BEGINNING,
    Closed,
    CloseSettings,
    Correction,
    Document,
    Hold,
    Key,
    Ledger,
    LedgerInputs,
    Line,
    OpeningRow,
    Row,
    Seller,
    check_identity,
    close,
)
from oracle.ledger_cases import KINDS, SELLERS, History, Rows

HISTORIES = int(os.environ.get("RATEBOOK_RANDOM_HISTORIES", "40"))
# Each close, or only the last one of a history: a plan is one more build.
PLANS_EACH_CLOSE = "RATEBOOK_RANDOM_HISTORIES" in os.environ
CONTRACTS = min(HISTORIES, 200)
CLOSES = (
    *("2024-04-01", "2024-05-03", "2024-07-01", "2024-07-20", "2024-08-15", "2024-09-02"),
    *("2024-10-01", "2024-11-05", "2024-12-01", "2025-01-03", "2025-02-01", "2025-03-04"),
)
# What is frozen has no terms any more: those of its documents are in the ledger.
LINE_SQL = """
    select
        line_item_id, invoice_id, contract_id, lineage_id, nominal_start_date, nominal_end_date,
        amount, invoice_issued_at as issued_at, invoice_started_at, customer_id,
        coalesce(terms.seller_id, 'nobody') as seller_id, currency, line_type, cell_id, status,
        invoice_delivery, billing_timezone, billing_target,
        coalesce(terms.payment_terms_days, 0) as payment_terms_days,
        coalesce(terms.payment_terms_kind, 'NET') as payment_terms_kind, terms.purchase_order,
        coalesce(terms.invoice_grouping, 'INVOICE') as grouping
    from ratebook_intermediate.int_ledger_line_items
    left join ratebook_intermediate.int_ledger_line_terms as terms using (line_item_id)
"""
ROW_SQL = """
    select *
    from ratebook_state.invoice_ledger
    where close_number < $1
    order by document_position, row_number
"""
WRITTEN_SQL = """
    select
        document_id, document_type, seller_id, document_date, document_number, due_at, row_type,
        origin_document_id, amount,
        contract_id, lineage_id, nominal_start_date, nominal_end_date, line_type, cell_id, currency,
        customer_id
    from ratebook_state.invoice_ledger
    where close_number = $1
"""
OF_DOCUMENTS = (
    *("document_id", "document_type", "seller_id", "document_date", "document_number", "due_at"),
)
OPENING_SQL = """
    select
        keys.*, documents.document_number, documents.seller_id, documents.payment_terms_days,
        documents.payment_terms_kind, openings.net_amount
    from ratebook_intermediate.int_ledger_opening as openings
    inner join (
        select
            md5(concat_ws(
                '|', contract_id, customer_id, line_type, coalesce(cell_id, '~2'), lineage_id,
                currency, nominal_start_date, nominal_end_date
            )) as ledger_key,
            contract_id, lineage_id, nominal_start_date, nominal_end_date, line_type,
            cell_id, currency, customer_id
        from ratebook_intermediate.int_ledger_line_items
        union
        select
            ledger_key, contract_id, lineage_id, nominal_start_date, nominal_end_date, line_type,
            cell_id, currency, customer_id
        from ratebook_intermediate.int_ledger_before
    ) as keys using (ledger_key)
    inner join ratebook_intermediate.int_ledger_documents_before as documents using (document_id)
    order by openings.id
"""
CANDIDATES_SQL = """
    select document_type, first_invoice_id, document_id
    from ratebook_intermediate.int_ledger_candidates
"""
NUMBERS_SQL = """
    select document_id, document_number
    from ratebook_intermediate.int_ledger_documents_before
    where close_number = 0
"""
CORRECTED_SQL = """
    select document_number
    from ratebook_intermediate.int_ledger_said_before
    where document_type != 'CREDIT_NOTE' and document_number is not null
    group by document_number
    having sum(amount) > 0
    order by 1
"""
UNEXPLAINED_SQL = """
    select contract_id from ratebook.ledger_reconciliation where unexplained_amount != 0
"""
PLANNED = ("planned_documents", "planned_document_rows")
OPEN_SQL = """
    select
        open_adjustments.contract_id, keys.lineage_id, keys.nominal_start_date,
        keys.nominal_end_date, keys.line_type, keys.cell_id, keys.currency, keys.customer_id,
        open_adjustments.state, open_adjustments.amount
    from ratebook.open_adjustments as open_adjustments
    inner join ratebook_intermediate.int_ledger_differences as keys using (ledger_key)
"""

SAME: dict[str, Counter[Any]] = {"lost": Counter(), "added": Counter()}


def dictionaries(warehouse: Warehouse, sql: str, *values: object) -> list[dict[str, Any]]:
    """Return rows with the names of their columns."""
    with warehouse.connect() as connection:
        found = connection.execute(sql, list(values))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def key_of(row: dict[str, Any]) -> Key:
    """Return the key of a row."""
    return Key(*(row[name] for name in Key._fields))


def ledger_before(warehouse: Warehouse, close_number: int, opened: dict[str, str]) -> Ledger:
    """Return the ledger as a close has found it; documents of another system by their numbers."""
    rows = dictionaries(warehouse, ROW_SQL, close_number)
    documents: dict[str, Document] = {}
    for row in rows:
        document = documents.setdefault(
            row["document_id"],
            Document(
                document_id=row["document_id"],
                document_type=row["document_type"],
                close_number=row["close_number"],
                seller_id=row["seller_id"],
                customer_id=row["customer_id"],
                currency=row["currency"],
                issue_date=(row["issued_at"] or row["closed_at"]).date(),
                payment_terms_days=row["payment_terms_days"],
                payment_terms_kind=row["payment_terms_kind"],
                document_date=row["document_date"],
                series=row["document_series"],
                sequence=row["document_sequence"],
                number=row["document_number"],
            ),
        )
        frozen = Row(
            document_id=row["document_id"],
            row_type=row["row_type"],
            key=key_of(row),
            amount=Fraction(row["amount"]),
            invoice_id=row["invoice_id"],
            line_item_id=row["line_item_id"],
            origin_document_id=opened.get(row["origin_document_id"], row["origin_document_id"]),
            is_on_credit_note=row["document_type"] == "CREDIT_NOTE",
            correction=row["correction_kind"],
        )
        documents[row["document_id"]] = replace(document, rows=(*document.rows, frozen))
    closes = sorted({(row["close_number"], row["closed_at"]) for row in rows})
    return Ledger(tuple(documents.values()), tuple(closed_at for _, closed_at in closes))


def ids_of(warehouse: Warehouse, opened: dict[str, str]) -> Callable[[Sequence[str | None]], str]:
    """Return what gives documents of a close the ids that they have in the ledger.

    Their order decides which of them are credited first. `opened` has the ids of documents of
    another system by their numbers.
    """
    candidates = {
        (document_type, invoice_id): document_id
        for document_type, invoice_id, document_id in warehouse.rows(CANDIDATES_SQL)
    }

    def id_of(texts: Sequence[str | None]) -> str:
        document_type, close_number, of_what, *named = texts
        if not named:
            return candidates[document_type, of_what]
        if named[0] in KINDS:
            kind, customer, currency, *anew = named
            cells = customer, document_type, close_number, currency
            of_whole = *cells, opened.get(of_what, of_what), kind, *(anew or [""])
            return hashlib.md5("|".join(of_whole).encode()).hexdigest()
        contract, customer, currency = named
        cells = contract, customer, document_type, close_number, currency
        return hashlib.md5("|".join((*cells, opened.get(of_what, of_what))).encode()).hexdigest()

    return id_of


def instant(text: str | None) -> datetime | None:
    """Return an instant of an input."""
    return datetime.fromisoformat(text) if text else None


def expected(
    warehouse: Warehouse,
    tables: dict[str, Rows],
    close_number: int,
    as_of: str,
    adjustments: str,
    books_from: str,
) -> tuple[Closed, list[Line], LedgerInputs, CloseSettings]:
    """Return what the oracle says about a close."""
    lines = [Line(**line) for line in dictionaries(warehouse, LINE_SQL)]
    withheld = warehouse.rows(
        "select contract_id, lineage_id from ratebook_intermediate.int_ledger_withheld"
    )
    inputs = LedgerInputs(
        sellers={name: Seller(f"{name[0].upper()}-") for name in SELLERS},
        holds=[
            Hold(
                row.get("contract_id"),
                row.get("customer_id"),
                instant(row.get("held_from")),
                instant(row.get("held_to")),
            )
            for row in tables["invoice_holds"]
        ],
        opening=[
            OpeningRow(
                key_of(row),
                row["document_number"],
                Fraction(row["net_amount"]),
                seller_id=row["seller_id"],
                payment_terms_days=row["payment_terms_days"],
                payment_terms_kind=row["payment_terms_kind"],
            )
            for row in dictionaries(warehouse, OPENING_SQL)
        ],
        corrections=[
            Correction(row["document_number"], row["kind"])
            for row in tables["document_corrections"]
        ],
        withheld_contracts={contract for contract, lineage in withheld if lineage is None},
        withheld_lineages={lineage for _, lineage in withheld if lineage is not None},
        next_issue_dates={
            (contract, customer, currency): issue_date
            for contract, customer, currency, issue_date in warehouse.rows(
                "select contract_id, customer_id, currency, next_issue_date "
                "from ratebook_intermediate.int_ledger_next_issues"
            )
        },
    )
    opened = dict(warehouse.rows(NUMBERS_SQL))
    settings = CloseSettings(
        as_of=datetime.fromisoformat(as_of),
        surrogate_key=ids_of(warehouse, {number: name for name, number in opened.items()}),
        adjustments=adjustments,
        books_from=BEGINNING if books_from == "beginning" else date.fromisoformat(books_from),
        credit_limit=Fraction(100),
    )
    ledger = ledger_before(warehouse, close_number, opened)
    return close(ledger, lines, inputs, settings), lines, inputs, settings


def by_document(rows: list[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """Return the documents of rows: id and what it says itself, and the rows in some order."""
    documents: dict[str, tuple[tuple[Any, ...], list[tuple[Any, ...]]]] = {}
    for own, *row in rows:
        documents.setdefault(own[0], (own, []))[1].append(tuple(row))
    return Counter((*own, tuple(sorted(said, key=repr))) for own, said in documents.values())


def compare(
    warehouse: Warehouse,
    tables: dict[str, Rows],
    close_number: int,
    as_of: str,
    adjustments: str,
    books_from: str,
) -> int:
    """Compare a close with the oracle, and return how many adjustments it has written."""
    closed, lines, inputs, settings = expected(
        warehouse, tables, close_number, as_of, adjustments, books_from
    )
    opened = dict(warehouse.rows(NUMBERS_SQL))
    written = dictionaries(warehouse, WRITTEN_SQL, close_number)
    for row in written:
        row["origin_document_id"] = opened.get(row["origin_document_id"], row["origin_document_id"])
    found = by_document(
        [
            (
                tuple(row[name] for name in OF_DOCUMENTS),
                *(row["row_type"], row["origin_document_id"], Fraction(row["amount"]), key_of(row)),
            )
            for row in written
        ]
    )
    wanted = by_document(
        [
            (
                (
                    *(document.document_id, document.document_type, document.seller_id),
                    *(document.document_date, document.number, document.due_date),
                ),
                *(row.row_type, row.origin_document_id, row.amount, row.key),
            )
            for document in closed.documents
            for row in document.rows
        ]
    )
    assert {"lost": wanted - found, "added": found - wanted} == SAME
    open_found = Counter(
        (key_of(row), row["state"], Fraction(row["amount"]))
        for row in dictionaries(warehouse, OPEN_SQL)
    )
    open_wanted = Counter(
        (adjustment.key, adjustment.state, adjustment.amount)
        for adjustment in closed.open_adjustments
        if adjustment.amount
    )
    assert {"lost": open_wanted - open_found, "added": open_found - open_wanted} == SAME
    assert check_identity(closed.ledger, closed.open_adjustments, lines, inputs, settings) == []
    return sum(row["row_type"] == "ADJUSTMENT" for row in written)


def planned(warehouse: Warehouse) -> list[Counter[tuple[Any, ...]]]:
    """Return the documents and rows that a close would freeze, with the columns' names."""
    return [said(warehouse, f"select * from ratebook.{mart}") for mart in PLANNED]  # noqa: S608


def frozen(warehouse: Warehouse, close_number: int) -> list[Counter[tuple[Any, ...]]]:
    """Return the documents and rows that a close has frozen, as they are planned."""
    return [
        said(
            warehouse,
            f"select * exclude (close_number) from ratebook.{mart.removeprefix('planned_')} "  # noqa: S608
            "where close_number = $1",
            close_number,
        )
        for mart in PLANNED
    ]


def said(warehouse: Warehouse, sql: str, *values: object) -> Counter[tuple[Any, ...]]:
    """Return rows, in no order, with the names of their columns."""
    return Counter(tuple(sorted(row.items())) for row in dictionaries(warehouse, sql, *values))


@pytest.mark.parametrize("seed", range(HISTORIES // CONTRACTS))
def test_random_histories(build: Builder, seed: int) -> None:
    """Every close, and the books after it, are as the oracle says."""
    history = History(seed, CONTRACTS)
    adjustments = ("next_invoice", "documents")[seed % 3 == 2]
    books_from = ("beginning", "2024-03-01")[seed % 2]
    warehouse, adjusted = None, 0
    closes = CLOSES[: 3 + 3 * seed % 10]
    for close_number, as_of in enumerate(closes, start=1):
        settings = {
            "as_of": as_of,
            "books_from": books_from,
            "close_credit_limit": 100,
            "adjustments": adjustments,
            # With a delay, what is billed in advance may wait for what goes on its document.
            "finalization_delay_hours": (72, 0)[seed % 2],
        }
        tables = history.inputs()
        run = functools.partial(build.again, warehouse) if warehouse else build
        to_freeze = None
        if PLANS_EACH_CLOSE or as_of == closes[-1]:
            warehouse = run(tables, models=PLANNED, is_whole=True, **settings)
            to_freeze = planned(warehouse)
            run = functools.partial(build.again, warehouse)
        warehouse = run(tables, models=LEDGER_MARTS, close=True, **settings)
        if to_freeze:
            for before, after in zip(to_freeze, frozen(warehouse, close_number), strict=True):
                assert {"lost": before - after, "added": after - before} == SAME
        assert planned(warehouse) == [Counter(), Counter()]
        adjusted += compare(warehouse, tables, close_number, as_of, adjustments, books_from)
        assert warehouse.rows(UNEXPLAINED_SQL) == []
        assert broken_closes(warehouse) == []
        history.correct([number for (number,) in warehouse.rows(CORRECTED_SQL)])
        history.go_on()
    assert adjusted
