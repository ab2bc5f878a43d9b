"""The oracle's ledger, by hand: what each close says, and what holds after any of them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from oracle.ledger import (
    ADJUSTMENT,
    ADJUSTMENT_INVOICE,
    BEGINNING,
    CANCEL,
    CREDIT_NOTE,
    DOCUMENTS,
    INVOICE,
    LINE,
    NEXT_INVOICE,
    OPEN,
    REISSUE,
    WAITING,
    Closed,
    CloseSettings,
    Correction,
    Document,
    Hold,
    Ledger,
    LedgerInputs,
    Line,
    OpeningRow,
    RefusedError,
    Seller,
    check_identity,
    check_sequences,
    close,
    differences,
    resolved_seller,
)
from oracle.zones import add_months

BOTH = pytest.mark.parametrize("adjustments", [NEXT_INVOICE, DOCUMENTS])
# A document by type and total, and a row by type, lineage and amount.
Said = tuple[str, int]
RowSaid = tuple[str, str, int]
SELLER_ROWS = {"n": Seller("N-", "Europe/Berlin"), "s": Seller("S-", "America/New_York")}


def line(lineage_id: str, amount: int, month: int = 5, **changes: object) -> Line:
    """Return a line of a month of 2024 in arrears, of contract c and customer u."""
    values = {"contract_id": "c", "invoice_delivery": "ARREARS", "months": 1} | changes
    start = date(2024, month, 1)
    end = add_months(start, values.pop("months"))
    issued = start if values["invoice_delivery"] == "ADVANCED" else end
    invoice_id = "{contract_id}-{invoice_delivery}".format(**values) + f"-{start}-{end}"
    return Line(
        **{
            "line_item_id": f"{invoice_id}-{lineage_id}",
            "invoice_id": invoice_id,
            "lineage_id": lineage_id,
            "nominal_start_date": start,
            "nominal_end_date": end,
            "amount": Fraction(amount),
            "issued_at": datetime(issued.year, issued.month, issued.day),
            "invoice_started_at": datetime(2024, month, 1),
            "customer_id": "u",
        }
        | values
    )


def next_dates(day: str, *contracts: str) -> dict[tuple[str, str, str], date]:
    """Return the date of the next invoice of contracts, of c unless others are named."""
    return {(each, "u", "EUR"): date.fromisoformat(day) for each in contracts or ("c",)}


class Books:
    """A ledger over time: each close goes on with what the one before has left."""

    def __init__(self, **settings: object) -> None:
        """Begin without any document; the settings count for all closes."""
        self.settings, self.ledger = settings, Ledger()

    def close(
        self, day: str, *lines: Line, settings: dict[str, object] | None = None, **inputs: object
    ) -> Closed:
        """Close as of a day, and check what holds after any close."""
        as_of = datetime.fromisoformat(day)
        given = LedgerInputs(**inputs)
        used = CloseSettings(as_of=as_of, **{**self.settings, **(settings or {})})
        closed = close(self.ledger, lines, given, used)
        check(self.ledger, closed, lines, given, used)
        self.ledger = closed.ledger
        return closed


def check(
    before: Ledger,
    closed: Closed,
    lines: Iterable[Line],
    inputs: LedgerInputs,
    settings: CloseSettings,
) -> None:
    """Check what holds after any close."""
    after = closed.ledger
    stands = differences(before, lines, inputs, settings)
    assert check_identity(before, stands, lines, inputs, settings) == []
    assert check_identity(after, closed.open_adjustments, lines, inputs, settings) == []
    assert check_sequences(after) == []
    # No frozen row changes.
    assert after.documents[: len(before.documents)] == before.documents
    assert after.documents[len(before.documents) :] == closed.documents
    # What stays open is what the next close begins with, and alone it is nothing to write.
    assert closed.open_adjustments == differences(after, lines, inputs, settings)
    again = close(after, lines, inputs, settings)
    assert again.documents == ()
    assert again.ledger == after
    assert again.open_adjustments == closed.open_adjustments
    check_documents(before, closed, inputs, settings)


def check_documents(
    before: Ledger, closed: Closed, inputs: LedgerInputs, settings: CloseSettings
) -> None:
    """Check the signs of documents, and that none is credited for more than it says."""
    for document in closed.documents:
        rows = [row for row in document.rows if row.row_type == ADJUSTMENT]
        if document.origin_document_id is None and document.document_type == CREDIT_NOTE:
            assert document.total < 0
            assert rows == []
        if document.document_type == INVOICE:
            assert document.total >= 0
        if document.document_type == ADJUSTMENT_INVOICE:
            assert document.total > 0
        if document.origin_document_id is not None and document.correction is None:
            assert document.total != 0
            assert {row.origin_document_id for row in rows} == {document.origin_document_id}
        if document.document_type == INVOICE and settings.adjustments == DOCUMENTS:
            # Only what nets to zero is on an invoice.
            nets = defaultdict(Fraction)
            for row in rows:
                nets[row.key.contract_id, row.origin_document_id] += row.amount
            assert not any(nets.values())
        assert all(row.amount for row in rows)
        assert len({(row.key, row.origin_document_id) for row in rows}) == len(rows)
    stands: defaultdict[str, Fraction] = defaultdict(Fraction)
    credited: defaultdict[str, Fraction] = defaultdict(Fraction)
    for opening in inputs.opening:
        stands[opening.document_number] += opening.amount
    for document in closed.ledger.documents:
        for row in document.rows:
            stands[document.document_id] += row.amount if row.billed == row.document_id else 0
        if document.document_type == CREDIT_NOTE and document.origin_document_id is not None:
            # What is said once more is no credit.
            rows = [row for row in document.rows if row.row_type == ADJUSTMENT]
            credited[document.origin_document_id] -= sum(row.amount for row in rows)
    for document_id, amount in credited.items():
        assert amount <= max(stands[document_id], 0)


def said(closed: Closed) -> list[Said]:
    """Return the documents of a close by type and total, in the order of their types."""
    return sorted((document.document_type, document.total) for document in closed.documents)


def only(closed: Closed, document_type: str) -> Document:
    """Return the one document of a type."""
    (document,) = (each for each in closed.documents if each.document_type == document_type)
    return document


def rows_of(document: Document) -> list[RowSaid]:
    """Return the rows of a document."""
    return sorted((row.row_type, row.key.lineage_id, row.amount) for row in document.rows)


def opens(closed: Closed) -> list[tuple[str, str, int]]:
    """Return the open adjustments by lineage."""
    return [(each.key.lineage_id, each.state, each.amount) for each in closed.open_adjustments]


def numbers(closed: Closed) -> list[str | None]:
    """Return the numbers of the documents, in their order."""
    return [document.number for document in closed.documents]


# The cases of the specification


def test_late_usage_is_on_the_next_invoice() -> None:
    """Usage 10 of May is closed, 3 more arrive, June has 20: June's invoice is 20 + 3 = 23."""
    books = Books()
    assert said(books.close("2024-06-01", line("use", 10))) == [(INVOICE, 10)]
    june = books.close("2024-07-01", line("use", 13), line("use", 20, 6))
    assert said(june) == [(INVOICE, 23)]
    assert rows_of(june.documents[0]) == [(ADJUSTMENT, "use", 3), (LINE, "use", 20)]
    (adjustment,) = (row for row in june.documents[0].rows if row.row_type == ADJUSTMENT)
    (may,) = books.ledger.documents[:1]
    assert adjustment.origin_document_id == may.document_id
    assert adjustment.origin_line_item_id == may.rows[0].line_item_id
    assert adjustment.key.nominal_start_date == date(2024, 5, 1)


def test_late_usage_gets_a_document_of_its_own_with_documents() -> None:
    """The same with `documents`: 20 and 3 are two documents."""
    books = Books(adjustments=DOCUMENTS)
    books.close("2024-06-01", line("use", 10))
    june = books.close("2024-07-01", line("use", 13), line("use", 20, 6))
    assert said(june) == [(ADJUSTMENT_INVOICE, 3), (INVOICE, 20)]


@BOTH
def test_late_usage_of_an_ended_contract(adjustments: str) -> None:
    """The contract ended on 31 May, no invoice follows: an ADJUSTMENT_INVOICE of 13 - 10 = 3."""
    books = Books(adjustments=adjustments)
    books.close("2024-06-01", line("use", 10))
    late = books.close("2024-06-05", line("use", 13))
    assert said(late) == [(ADJUSTMENT_INVOICE, 3)]
    assert late.documents[0].origin_document_id == books.ledger.documents[0].document_id


def test_late_usage_waits_for_an_invoice_that_comes_soon() -> None:
    """Within 45 days of 5 June, until 20 July, it stays open; a day later it does not wait."""
    books = Books()
    books.close("2024-06-01", line("use", 10))
    soon = books.close("2024-06-05", line("use", 13), next_issue_dates=next_dates("2024-07-20"))
    assert said(soon) == []
    assert opens(soon) == [("use", OPEN, 3)]
    late = books.close("2024-06-05", line("use", 13), next_issue_dates=next_dates("2024-07-21"))
    assert said(late) == [(ADJUSTMENT_INVOICE, 3)]


def test_the_days_of_waiting_are_a_setting_and_count_from_the_sellers_date() -> None:
    """At 23:00 UTC it is 6 June in Berlin: 10 days later is 16 June, in UTC it is the 15th."""
    books = Books(adjustment_wait_days=10)
    mine = {"seller_id": "n"}
    books.close("2024-06-01", line("use", 10, **mine), sellers=SELLER_ROWS)
    closed = books.close(
        "2024-06-05T23:00:00",
        line("use", 13, **mine),
        sellers=SELLER_ROWS,
        next_issue_dates=next_dates("2024-06-16"),
    )
    assert opens(closed) == [("use", OPEN, 3)]


def test_with_documents_nothing_waits() -> None:
    """With `documents` a charge is invoiced at once, though an invoice comes soon."""
    books = Books(adjustments=DOCUMENTS)
    books.close("2024-06-01", line("use", 10))
    closed = books.close("2024-06-05", line("use", 13), next_issue_dates=next_dates("2024-06-30"))
    assert said(closed) == [(ADJUSTMENT_INVOICE, 3)]


@pytest.mark.parametrize(
    ("adjustments", "expected"),
    [
        # 80 - 20.
        (NEXT_INVOICE, [(INVOICE, 60)]),
        (DOCUMENTS, [(CREDIT_NOTE, -20), (INVOICE, 80)]),
    ],
)
def test_backdated_edit(adjustments: str, expected: list[Said]) -> None:
    """The fee 100 of May is closed, then it is 80; June's is 80."""
    books = Books(adjustments=adjustments)
    books.close("2024-06-01", line("fee", 100))
    assert said(books.close("2024-07-01", line("fee", 80), line("fee", 80, 6))) == expected


@BOTH
def test_void_contract(adjustments: str) -> None:
    """The fee 100 of May is closed, the contract is void: a credit note of 100, nothing more."""
    books = Books(adjustments=adjustments)
    may = books.close("2024-06-01", line("fee", 100)).documents[0]
    void = books.close("2024-06-05")
    assert said(void) == [(CREDIT_NOTE, -100)]
    assert void.documents[0].origin_document_id == may.document_id
    assert said(books.close("2024-07-05")) == []


@BOTH
def test_seats_in_a_year_that_is_paid(adjustments: str) -> None:
    """3000 a year are closed in February; 5 seats more on 10 June are an invoice in June.

    The next invoice is in February: more than 45 days away. It is about the year's period, and
    issued on the day of the close.
    """
    books = Books(adjustments=adjustments)
    year = {"invoice_delivery": "ADVANCED", "months": 12}
    february = books.close("2024-02-02", line("seats", 3000, 2, **year))
    june = books.close(
        "2024-07-01",
        line("seats", 3000, 2, **year),
        line("more", 200, 2, **year),
        next_issue_dates=next_dates("2025-02-01"),
    )
    assert said(february) == [(INVOICE, 3000)]
    assert said(june) == [(ADJUSTMENT_INVOICE, 200)]
    (row,) = june.documents[0].rows
    assert row.key.nominal_start_date == date(2024, 2, 1)
    assert june.documents[0].issue_date == june.documents[0].document_date == date(2024, 7, 1)


@BOTH
def test_true_up_and_late_usage(adjustments: str) -> None:
    """100 of usage and 400 up to the minimum of 500; late usage of 50 takes 50 of the latter.

    They net to 0: two rows on the next invoice, which is 500 as without them.
    """
    books = Books(adjustments=adjustments)
    books.close("2024-06-01", line("use", 100), line("minimum", 400))
    late = line("use", 150), line("minimum", 350)
    between = books.close("2024-06-05", *late)
    assert said(between) == []
    assert opens(between) == [("minimum", OPEN, -50), ("use", OPEN, 50)]
    june = books.close("2024-07-01", *late, line("use", 500, 6))
    assert said(june) == [(INVOICE, 500)]
    assert rows_of(june.documents[0]) == [
        (ADJUSTMENT, "minimum", -50),
        (ADJUSTMENT, "use", 50),
        (LINE, "use", 500),
    ]
    assert opens(june) == []


@BOTH
def test_credit_above_the_next_invoice(adjustments: str) -> None:
    """Of 200 in May 70 are left: -130. June's 100 are too little, so both are documents."""
    books = Books(adjustments=adjustments)
    books.close("2024-06-01", line("fee", 200))
    june = books.close("2024-07-01", line("fee", 70), line("fee", 100, 6))
    assert said(june) == [(CREDIT_NOTE, -130), (INVOICE, 100)]
    assert rows_of(only(june, INVOICE)) == [(LINE, "fee", 100)]


def test_delivery_is_edited() -> None:
    """100 in advance are closed, then they are in arrears: 100 - 100 = 0, without a number."""
    books = Books()
    books.close("2024-05-02", line("fee", 100, invoice_delivery="ADVANCED"))
    draft = books.close("2024-05-20", line("fee", 100, status="DRAFT"))
    assert said(draft) == []
    assert opens(draft) == [("fee", WAITING, -100)]
    edited = books.close("2024-06-01", line("fee", 100))
    assert said(edited) == [(INVOICE, 0)]
    assert rows_of(edited.documents[0]) == [(ADJUSTMENT, "fee", -100), (LINE, "fee", 100)]
    assert numbers(edited) == [None]


def test_delivery_is_edited_with_documents() -> None:
    """With `documents` the credit of -100 is a document, and so is the invoice of 100."""
    books = Books(adjustments=DOCUMENTS)
    books.close("2024-05-02", line("fee", 100, invoice_delivery="ADVANCED"))
    edited = books.close("2024-06-01", line("fee", 100))
    assert said(edited) == [(CREDIT_NOTE, -100), (INVOICE, 100)]


@BOTH
@pytest.mark.parametrize(
    "withheld", [{"withheld_contracts": {"c"}}, {"withheld_lineages": {"fee"}}]
)
def test_price_that_cannot_be_read(adjustments: str, withheld: dict[str, set[str]]) -> None:
    """Nothing is credited: WAITING. When the price can be read again, nothing is left."""
    books = Books(adjustments=adjustments)
    books.close("2024-06-01", line("fee", 100))
    unread = books.close("2024-06-05", **withheld)
    assert said(unread) == []
    assert opens(unread) == [("fee", WAITING, -100)]
    assert opens(books.close("2024-06-06", line("fee", 100))) == []


# Keys and origins


@BOTH
def test_product_added_to_a_frozen_invoice(adjustments: str) -> None:
    """0 said, 30 now: +30 for May's document. Then it is gone again: -30 for where it was said."""
    books = Books(adjustments=adjustments)
    may = books.close("2024-06-01", line("fee", 100)).documents[0]
    added = books.close("2024-06-05", line("fee", 100), line("more", 30))
    assert said(added) == [(ADJUSTMENT_INVOICE, 30)]
    assert added.documents[0].origin_document_id == may.document_id
    gone = books.close("2024-06-06", line("fee", 100))
    assert said(gone) == [(CREDIT_NOTE, -30)]
    # The 30 stand on the adjustment invoice.
    assert gone.documents[0].origin_document_id == added.documents[0].document_id


@BOTH
def test_rebate_added_to_a_frozen_invoice(adjustments: str) -> None:
    """0 said, -30 now: a credit note of 30 for May's document."""
    books = Books(adjustments=adjustments)
    may = books.close("2024-06-01", line("fee", 100)).documents[0]
    added = books.close("2024-06-05", line("fee", 100), line("rebate", -30))
    assert said(added) == [(CREDIT_NOTE, -30)]
    assert added.documents[0].origin_document_id == may.document_id


def test_key_on_several_documents() -> None:
    """100 on May's invoice, 20 and 30 on two later ones.

    Charges are for the first. -40: 30 for the latest, 10 for the one before. Then -90: 10 are left
    on the second, the 80 that remain are for the first.
    """
    books = Books(adjustments=DOCUMENTS)
    first = books.close("2024-06-01", line("fee", 100)).documents[0].document_id
    second = books.close("2024-06-02", line("fee", 120)).documents[0]
    third = books.close("2024-06-03", line("fee", 150)).documents[0]
    assert [second.total, third.total] == [20, 30]
    assert second.origin_document_id == third.origin_document_id == first
    fourth = books.close("2024-06-04", line("fee", 110))
    assert {each.origin_document_id: each.total for each in fourth.documents} == {
        third.document_id: -30,
        second.document_id: -10,
    }
    fifth = books.close("2024-06-05", line("fee", 20))
    assert {each.origin_document_id: each.total for each in fifth.documents} == {
        second.document_id: -10,
        first: -80,
    }
    assert opens(fifth) == []


def test_more_than_was_said_is_for_the_first_document() -> None:
    """10 and 5 were said, now it is -4: -5 for the second document, -14 for the first.

    The first document has 10 + 30 of another key, and takes them.
    """
    books = Books(adjustments=DOCUMENTS)
    other = line("other", 30)
    first = books.close("2024-06-01", line("use", 10), other).documents[0]
    second = books.close("2024-06-02", line("use", 15), other).documents[0]
    below = books.close("2024-06-03", line("use", -4), other)
    assert {each.origin_document_id: each.total for each in below.documents} == {
        first.document_id: -14,
        second.document_id: -5,
    }


def test_customer_is_edited() -> None:
    """Another customer pays for May: the first one gets the credit, the other one the invoice."""
    books = Books()
    books.close("2024-06-01", line("fee", 100))
    edited = books.close(
        "2024-06-05", line("fee", 100, customer_id="v", invoice_id="c-v", line_item_id="v")
    )
    assert said(edited) == [(CREDIT_NOTE, -100), (INVOICE, 100)]
    assert only(edited, CREDIT_NOTE).customer_id == "u"
    assert only(edited, INVOICE).customer_id == "v"


def test_shadow_lines_are_neither_owed_nor_said() -> None:
    """A shadow line makes no invoice; a line that becomes one is no longer owed."""
    books = Books()
    assert said(books.close("2024-06-01", line("fee", 100, is_shadow=True))) == []
    books.close("2024-06-02", line("fee", 100))
    gone = books.close("2024-06-03", line("fee", 100, is_shadow=True))
    assert said(gone) == [(CREDIT_NOTE, -100)]


def test_seller_alone_makes_no_document() -> None:
    """The frozen invoice stays the first seller's, who also corrects it."""
    books = Books()
    books.close("2024-06-01", line("fee", 100, seller_id="n"), sellers=SELLER_ROWS)
    other = books.close("2024-06-02", line("fee", 100, seller_id="s"), sellers=SELLER_ROWS)
    assert said(other) == []
    june = books.close(
        "2024-07-01",
        line("fee", 90, seller_id="s"),
        line("fee", 90, 6, seller_id="s"),
        sellers=SELLER_ROWS,
    )
    # June's invoice is of another seller, so the credit is not on it.
    assert said(june) == [(CREDIT_NOTE, -10), (INVOICE, 90)]
    assert [document.seller_id for document in june.documents] == ["n", "s"]


# Places


def test_first_fit_of_several_nets_and_documents() -> None:
    """Charges of the first origin come first, then credits of the latest, each where it fits.

    May +5, June -30 and July -60 meet August's 50 and, of another billing target, 40.
    August: 50 + 5 = 55. July's -60 fits on neither: a credit note. June's -30 fits: 25.
    """
    books = Books()
    books.close("2024-06-01", line("fee", 100))
    books.close("2024-07-01", line("fee", 100), line("fee", 100, 6))
    books.close("2024-08-01", line("fee", 100), line("fee", 100, 6), line("fee", 100, 7))
    august = line("fee", 50, 8)
    other = line("fee", 40, 8, billing_target="x", invoice_id="z-other", line_item_id="z")
    later = replace(other, invoice_started_at=datetime(2024, 8, 2))
    closed = books.close(
        "2024-09-01", line("fee", 105), line("fee", 70, 6), line("fee", 40, 7), august, later
    )
    assert said(closed) == [(CREDIT_NOTE, -60), (INVOICE, 25), (INVOICE, 40)]
    june = books.ledger.documents[1]
    (row,) = (
        row
        for document in closed.documents
        for row in document.rows
        if row.row_type == ADJUSTMENT and row.amount == -30
    )
    assert row.origin_document_id == june.document_id


def test_a_credit_goes_on_the_first_document_on_which_it_fits() -> None:
    """-70 does not fit on 60, but on 80; -20 of an earlier origin then fits on 60."""
    books = Books()
    books.close("2024-06-01", line("fee", 100))
    books.close("2024-07-01", line("fee", 100), line("fee", 100, 6))
    edited = line("fee", 80), line("fee", 30, 6)
    closed = books.close("2024-08-31", *edited, line("a", 60, 7), line("b", 80, 8))
    assert [document.total for document in closed.documents] == [40, 10]


def test_charges_come_before_credits() -> None:
    """May's -60 alone does not fit on July's 40, but after June's +30: 40 + 30 - 60 = 10."""
    books = Books()
    books.close("2024-06-01", line("fee", 100))
    books.close("2024-07-01", line("fee", 100), line("fee", 100, 6))
    closed = books.close("2024-08-01", line("fee", 40), line("fee", 130, 6), line("fee", 40, 7))
    assert said(closed) == [(INVOICE, 10)]


def test_credits_of_the_latest_origin_come_first() -> None:
    """Of May's -40 and June's -30 only one fits on July's 50: June's; May's is a credit note."""
    books = Books()
    books.close("2024-06-01", line("fee", 100))
    books.close("2024-07-01", line("fee", 100), line("fee", 100, 6))
    closed = books.close("2024-08-01", line("fee", 60), line("fee", 70, 6), line("fee", 50, 7))
    assert said(closed) == [(CREDIT_NOTE, -40), (INVOICE, 20)]


def test_a_net_of_zero_and_a_charge_share_an_invoice() -> None:
    """May: +5 - 5 = 0, June: +3. All three are on July's invoice, 50 + 3."""
    books = Books()
    books.close("2024-06-01", line("a", 100), line("b", 100))
    books.close("2024-07-01", line("a", 100), line("b", 100), line("fee", 100, 6))
    closed = books.close(
        "2024-08-01", line("a", 105), line("b", 95), line("fee", 103, 6), line("fee", 50, 7)
    )
    assert said(closed) == [(INVOICE, 53)]
    assert len(closed.documents[0].rows) == 4


def test_documents_rank_by_issue_date_then_delivery_then_start() -> None:
    """Of two of one day the one in advance is the first, of one start the earlier one."""
    books = Books()
    books.close("2024-06-01", line("fee", 100))
    advance = line("fee", 50, 7, invoice_delivery="ADVANCED")
    closed = books.close("2024-07-01", line("fee", 101), line("use", 60, 6), advance)
    assert {document.total for document in closed.documents} == {51, 60}
    books = Books()
    books.close("2024-06-01", line("fee", 100))
    quarter = line("quarter", 60, 4, months=3)
    closed = books.close("2024-07-01", line("fee", 101), line("use", 50, 6), quarter)
    assert {document.total for document in closed.documents} == {50, 61}


def test_a_credit_is_capped_by_what_is_on_the_origin() -> None:
    """May's 100 - 90 = 10 is all that can be credited of -60; the 50 left are for June.

    June has 70, and July's 5 are less than the net.
    """
    books = Books()
    books.close("2024-06-01", line("use", 100), line("rebate", -90))
    kept = line("rebate", -90), line("fee", 70, 6)
    books.close("2024-07-01", line("use", 100), *kept)
    closed = books.close("2024-08-01", line("use", 40), *kept, line("fee", 5, 7))
    may, june = books.ledger.documents[:2]
    assert {
        each.origin_document_id: each.total
        for each in closed.documents
        if each.document_type == CREDIT_NOTE
    } == {
        may.document_id: -10,
        # The latest first: July's own 5 come before June.
        only(closed, INVOICE).document_id: -5,
        june.document_id: -45,
    }
    assert opens(closed) == []


def test_a_credit_is_never_for_another_seller() -> None:
    """May's 10 are credited of -60; the 50 left are not for June, which another seller sold."""
    books = Books()
    may = [line("use", 100, seller_id="n"), line("rebate", -90, seller_id="n")]
    june = line("fee", 70, 6, seller_id="s")
    books.close("2024-07-01", *may, june, sellers=SELLER_ROWS)
    edited = [replace(may[0], amount=Fraction(40)), may[1], june]
    closed = books.close("2024-07-05", *edited, sellers=SELLER_ROWS)
    assert said(closed) == [(CREDIT_NOTE, -10)]
    assert opens(closed) == [("use", OPEN, -50)]


@BOTH
def test_what_no_document_can_take_stays_open(adjustments: str) -> None:
    """10 is on May's document, -60 is to be credited: 50 stay open until there is an invoice."""
    books = Books(adjustments=adjustments)
    books.close("2024-06-01", line("use", 100), line("rebate", -90))
    capped = books.close("2024-06-05", line("use", 40), line("rebate", -90))
    assert said(capped) == [(CREDIT_NOTE, -10)]
    assert opens(capped) == [("use", OPEN, -50)]
    june = books.close("2024-07-01", line("use", 40), line("rebate", -90), line("fee", 70, 6))
    # With `documents` June's own invoice takes the credit.
    assert said(june) == (
        [(INVOICE, 20)] if adjustments == NEXT_INVOICE else [(CREDIT_NOTE, -50), (INVOICE, 70)]
    )
    assert opens(june) == []


def test_a_credit_above_zero_in_part() -> None:
    """+20 and -50 of one origin are one credit note of two rows: -30."""
    books = Books()
    books.close("2024-06-01", line("a", 100), line("b", 100))
    closed = books.close("2024-06-05", line("a", 120), line("b", 50))
    assert rows_of(only(closed, CREDIT_NOTE)) == [(ADJUSTMENT, "a", 20), (ADJUSTMENT, "b", -50)]


def test_candidate_below_zero_is_a_credit_note_without_origin() -> None:
    """No adjustment goes on it: May's +3 is an invoice of its own."""
    books = Books()
    books.close("2024-06-01", line("use", 10))
    closed = books.close("2024-07-01", line("use", 13), line("use", -20, 6))
    assert said(closed) == [(ADJUSTMENT_INVOICE, 3), (CREDIT_NOTE, -20)]
    assert only(closed, CREDIT_NOTE).origin_document_id is None


def test_an_invoice_of_zero_gets_a_number_with_an_adjustment() -> None:
    """0 + 3 = 3."""
    books = Books()
    books.close("2024-06-01", line("use", 10))
    closed = books.close("2024-07-01", line("use", 13), line("use", 0, 6))
    assert said(closed) == [(INVOICE, 3)]
    assert numbers(closed) == ["2024-000002"]


# Joined documents


@pytest.mark.parametrize(
    ("grouping", "totals"),
    [
        # 1 and 2 of contract c, 4 of contract d; another customer's 8 are never joined.
        ("INVOICE", [1, 2, 4, 8]),
        ("CONTRACT", [3, 4, 8]),
        ("CUSTOMER", [7, 8]),
        (None, [1, 2, 4, 8]),
        ("WEEK", [1, 2, 4, 8]),
    ],
)
def test_grouping(grouping: str | None, totals: list[int]) -> None:
    """The fee in advance and the usage in arrears of the month before go out together."""
    mine = {"grouping": grouping}
    closed = Books().close(
        "2024-06-01",
        line("use", 1, **mine),
        line("fee", 2, 6, invoice_delivery="ADVANCED", **mine),
        line("use", 4, contract_id="d", **mine),
        line("use", 8, contract_id="e", customer_id="v", **mine),
    )
    assert sorted(document.total for document in closed.documents) == totals


@pytest.mark.parametrize(
    "change",
    [
        {"seller_id": "s"},
        {"currency": "USD"},
        {"billing_target": "x"},
        {"payment_terms_days": 14},
        {"payment_terms_kind": "END_OF_MONTH"},
        {"purchase_order": "po"},
        {"issued_at": datetime(2024, 6, 2)},
        # It is still 31 May there.
        {"billing_timezone": "America/New_York"},
    ],
)
def test_what_is_not_joined(change: dict[str, object]) -> None:
    """Documents of one customer differ in seller, currency, target, terms, order, or date."""
    one = line("a", 1, grouping="CUSTOMER")
    other = line("b", 2, contract_id="d", grouping="CUSTOMER", **change)
    assert len(Books().close("2024-06-03", one, other).documents) == 2


def test_the_fee_in_advance_waits_for_the_usage() -> None:
    """With a finalization delay both go out when the usage is final: 2 + 1 = 3."""
    mine = {"grouping": "CONTRACT"}
    fee = line("fee", 2, 6, invoice_delivery="ADVANCED", **mine)
    books = Books()
    early = books.close("2024-06-01", fee, line("use", 1, status="DRAFT", **mine))
    assert said(early) == []
    assert opens(early) == []
    assert said(books.close("2024-06-02", fee, line("use", 1, **mine))) == [(INVOICE, 3)]


def test_adjustments_on_a_shared_document() -> None:
    """-30 of c and -30 of d meet an invoice of both: c's goes on it, d's is a credit note.

    The +5 of d is of a later origin, and still placed before both.
    """
    mine = {"grouping": "CUSTOMER"}
    june = line("c", 20, 6, **mine), line("d", 30, 6, contract_id="d", **mine)
    april = line("d", 100, 4, contract_id="d", **mine)
    may = line("c", 100, **mine), line("d", 100, contract_id="d")
    books = Books()
    books.close("2024-05-01", april)
    books.close("2024-06-01", april, *may)
    closed = books.close(
        "2024-07-01",
        line("d", 70, 4, contract_id="d", **mine),
        line("c", 70, **mine),
        line("d", 105, contract_id="d"),
        *june,
    )
    # 20 + 30 + 5 - 30 = 25.
    assert said(closed) == [(CREDIT_NOTE, -30), (INVOICE, 25)]
    assert only(closed, CREDIT_NOTE).rows[0].key.contract_id == "d"


def test_credit_notes_of_a_shared_document_are_by_contract() -> None:
    """Both contracts are void: of their document there is a credit note for each."""
    mine = {"grouping": "CUSTOMER"}
    books = Books()
    books.close("2024-06-01", line("c", 20, **mine), line("d", 30, contract_id="d", **mine))
    assert said(books.close("2024-06-02")) == [(CREDIT_NOTE, -30), (CREDIT_NOTE, -20)]


# Dates and numbers


def test_numbers_of_several_sellers_and_years() -> None:
    """Each seller counts for itself, each year from 1; New York is still in 2024."""
    books = Books()
    mine, others = {"seller_id": "n"}, {"seller_id": "s", "contract_id": "d"}
    first = [line("fee", 1, 10, **mine), line("fee", 2, 11, **mine), line("fee", 4, 10, **others)]
    closed = books.close("2024-12-01", *first, sellers=SELLER_ROWS)
    assert {each.number: each.total for each in closed.documents} == {
        "N-2024-000001": 1,
        "N-2024-000002": 2,
        "S-2024-000001": 4,
    }
    second = [line("fee", 8, 12, **mine), line("fee", 16, 11, **others)]
    closed = books.close("2025-01-01T03:00:00", *first, *second, sellers=SELLER_ROWS)
    assert {each.number: each.document_date for each in closed.documents} == {
        "N-2025-000001": date(2025, 1, 1),
        "S-2024-000002": date(2024, 12, 31),
    }


def test_numbers_follow_issue_date_and_type() -> None:
    """June's invoice of 1 July; then, of 1 August, the credit note and July's invoice."""
    books = Books(adjustments=DOCUMENTS)
    books.close("2024-06-01", line("fee", 100))
    closed = books.close("2024-08-01", line("fee", 90), line("fee", 1, 7), line("fee", 2, 6))
    assert [(each.number, each.total) for each in closed.documents] == [
        ("2024-000002", 2),
        ("2024-000003", -10),
        ("2024-000004", 1),
    ]


def test_the_issue_date_decides_before_the_type() -> None:
    """An invoice of May that comes late is issued before a credit note of today."""
    books = Books(adjustments=DOCUMENTS)
    books.close("2024-07-01", line("fee", 100, 6))
    closed = books.close("2024-07-05", line("fee", 90, 6), line("fee", 1))
    assert [document.total for document in closed.documents] == [1, -10]


def test_series_of_credit_notes() -> None:
    """Credit notes are counted by themselves, with CN- before the year."""
    books = Books(credit_note_series=True, adjustments=DOCUMENTS)
    mine = {"seller_id": "n"}
    books.close("2024-06-01", line("fee", 100, **mine), sellers=SELLER_ROWS)
    for day, fee in (("2024-07-01", 90), ("2024-08-01", 80)):
        lines = [line("fee", fee, **mine), line("fee", fee, 6, **mine)]
        closed = books.close(day, *lines, sellers=SELLER_ROWS)
    assert [document.number for document in books.ledger.documents] == [
        "N-2024-000001",
        "N-CN-2024-000001",
        "N-2024-000002",
        # -10 for May, -10 for June.
        "N-CN-2024-000002",
        "N-CN-2024-000003",
    ]
    assert said(closed) == [(CREDIT_NOTE, -10), (CREDIT_NOTE, -10)]


def test_a_seller_that_is_not_there_keeps_its_name() -> None:
    """It has no prefix, and its days are UTC's."""
    closed = Books().close("2024-06-01", line("fee", 1, seller_id="gone"), sellers=SELLER_ROWS)
    assert [(each.seller_id, each.number) for each in closed.documents] == [("gone", "2024-000001")]


def test_zero_totals_leave_no_gap() -> None:
    """The document of zero has no number, the one after it has the next."""
    books = Books()
    closed = books.close("2024-08-01", line("fee", 1), line("fee", 0, 6), line("fee", 2, 7))
    assert numbers(closed) == ["2024-000001", None, "2024-000002"]


def test_a_gap_is_found() -> None:
    """A document that is lost from the middle, a number that is changed: both are seen."""
    books = Books()
    books.close("2024-08-01", line("fee", 1), line("fee", 2, 6), line("fee", 4, 7))
    one, two, three = books.ledger.documents
    assert check_sequences(replace(books.ledger, documents=(one, three))) != []
    assert check_sequences(replace(books.ledger, documents=(one, two, two))) != []
    nameless = replace(two, number=None, sequence=None)
    assert check_sequences(replace(books.ledger, documents=(one, nameless))) != []


@pytest.mark.parametrize(
    ("days", "kind", "due"),
    [
        (None, None, date(2024, 6, 10)),
        (30, None, date(2024, 7, 10)),
        (30, "NET", date(2024, 7, 10)),
        # 30 June.
        (0, "END_OF_MONTH", date(2024, 6, 30)),
        # 30 June + 30.
        (30, "END_OF_MONTH", date(2024, 7, 30)),
    ],
)
def test_payment_terms(days: int | None, kind: str | None, due: date) -> None:
    """Terms count from the date of the document, which is the date of the close."""
    terms = {"payment_terms_days": days, "payment_terms_kind": kind}
    closed = Books().close("2024-06-10", line("fee", 1, **terms))
    assert [(each.document_date, each.due_date) for each in closed.documents] == [
        (date(2024, 6, 10), due)
    ]


def test_the_end_of_february() -> None:
    """From 10 February 2024 it is the 29th, and 14 days later 14 March."""
    terms = {"payment_terms_days": 14, "payment_terms_kind": "END_OF_MONTH"}
    closed = Books().close("2024-02-10", line("fee", 1, 1, **terms))
    assert closed.documents[0].due_date == date(2024, 3, 14)


def test_a_correction_has_the_terms_of_its_origin() -> None:
    """14 days, as May's invoice; 5 June + 14 = 19 June."""
    books = Books()
    books.close("2024-06-01", line("fee", 100, payment_terms_days=14))
    closed = books.close("2024-06-05")
    assert closed.documents[0].due_date == date(2024, 6, 19)


# What waits


@pytest.mark.parametrize("held", [{"contract_id": "c"}, {"customer_id": "u"}])
def test_holds(held: dict[str, str]) -> None:
    """From held_from until before held_to nothing is said; then all of it is.

    May's 100 become 110, June has 50, and 30 are added to May.
    """
    books = Books()
    books.close("2024-06-01", line("fee", 100))
    hold = Hold(**held, held_from=datetime(2024, 7, 1), held_to=datetime(2024, 7, 10))
    lines = [line("fee", 110), line("more", 30), line("fee", 50, 6)]
    for day in ("2024-07-01", "2024-07-09T23:59:59"):
        closed = books.close(day, *lines, holds=[hold])
        assert said(closed) == []
        assert opens(closed) == [("fee", WAITING, 10), ("more", WAITING, 30)]
    assert said(books.close("2024-07-10", *lines, holds=[hold])) == [(INVOICE, 90)]


def test_holds_of_others_and_of_other_times() -> None:
    """Another contract, another customer, nobody, or a hold that begins later: nothing is held."""
    holds = [
        Hold(contract_id="d"),
        Hold(customer_id="v"),
        Hold(contract_id="c", customer_id="v"),
        Hold(),
        Hold(contract_id="c", held_from=datetime(2024, 6, 2)),
        Hold(contract_id="c", held_to=datetime(2024, 6, 1)),
    ]
    assert said(Books().close("2024-06-01", line("fee", 1), holds=holds)) == [(INVOICE, 1)]


@BOTH
def test_an_invoice_that_is_draft_again(adjustments: str) -> None:
    """Its keys wait, also one that is deleted; what is in draft is not owed yet."""
    books = Books(adjustments=adjustments)
    books.close("2024-06-01", line("fee", 100), line("use", 10))
    draft = books.close("2024-06-05", line("fee", 120, status="DRAFT"))
    assert said(draft) == []
    assert opens(draft) == [("fee", WAITING, -100), ("use", WAITING, -10)]
    # 120 - 100 - 10.
    assert said(books.close("2024-06-06", line("fee", 120))) == [(ADJUSTMENT_INVOICE, 10)]


def test_a_draft_that_was_never_frozen_is_nothing_to_the_ledger() -> None:
    """It is neither a candidate nor a difference."""
    books = Books()
    closed = books.close("2024-05-20", line("fee", 100, status="DRAFT"))
    assert (closed.documents, closed.open_adjustments, closed.ledger) == ((), (), Ledger())


# Where the books begin


def test_books_from() -> None:
    """What ends on 1 June or before is another system's; what goes on is invoiced here."""
    books = Books(books_from=date(2024, 6, 1))
    closed = books.close(
        "2024-07-01", line("fee", 1), line("fee", 2, 6), line("year", 4, 5, months=2)
    )
    assert sorted(document.total for document in closed.documents) == [2, 4]
    assert opens(closed) == []


@pytest.mark.parametrize(
    ("now", "documents", "left"),
    [
        (100, [], []),
        # 130 - 100, for the other system's document.
        (130, [(ADJUSTMENT_INVOICE, 30)], []),
        (80, [(CREDIT_NOTE, -20)], []),
        (None, [(CREDIT_NOTE, -100)], []),
        # Of -150 only 100 were said.
        (-50, [(CREDIT_NOTE, -100)], [("fee", OPEN, -50)]),
    ],
)
@BOTH
def test_opening_rows(
    adjustments: str, now: int | None, documents: list[Said], left: list[tuple[str, str, int]]
) -> None:
    """Another system has invoiced 100 for May in document A-7."""
    books = Books(adjustments=adjustments, books_from=date(2024, 6, 1))
    opening = [OpeningRow(line("fee", 0).key, "A-7", Fraction(100))]
    lines = [] if now is None else [line("fee", now)]
    closed = books.close("2024-06-05", *lines, opening=opening)
    assert said(closed) == documents
    assert opens(closed) == left
    assert {document.origin_document_id for document in closed.documents} <= {"A-7"}


def test_opening_comes_before_all_other_documents() -> None:
    """40 were said in A-7, 60 here: a credit of 70 takes the 60, then 10 of A-7."""
    books = Books(adjustments=DOCUMENTS, books_from=date(2024, 6, 1))
    opening = [OpeningRow(line("fee", 0).key, "A-7", Fraction(40))]
    here = books.close("2024-06-05", line("fee", 100), opening=opening).documents[0]
    assert here.total == 60
    closed = books.close("2024-06-06", line("fee", 30), opening=opening)
    assert {each.origin_document_id: each.total for each in closed.documents} == {
        here.document_id: -60,
        "A-7": -10,
    }


def test_an_opening_row_of_an_invoice_that_is_a_candidate() -> None:
    """The books begin in May, and 30 of May were said elsewhere: 100 - 30 = 70."""
    opening = [OpeningRow(line("fee", 0).key, "A-7", Fraction(30))]
    closed = Books().close("2024-06-01", line("fee", 100), opening=opening)
    assert said(closed) == [(INVOICE, 70)]


def test_opening_rows_freeze_no_invoice() -> None:
    """A product that another system did not invoice, before the books begin, is nothing."""
    books = Books(books_from=date(2024, 6, 1))
    opening = [OpeningRow(line("fee", 0).key, "A-7", Fraction(100))]
    closed = books.close("2024-06-05", line("fee", 100), line("more", 30), opening=opening)
    assert (said(closed), opens(closed)) == ([], [])


# Corrections of documents


@BOTH
def test_cancel(adjustments: str) -> None:
    """100 are credited as a whole; what is still owed waits, in later closes too."""
    books = Books(adjustments=adjustments)
    may = books.close("2024-06-01", line("fee", 70), line("use", 30)).documents[0]
    cancel = {"corrections": [Correction(may.number, CANCEL)]}
    lines = [line("fee", 70), line("use", 30)]
    cancelled = books.close("2024-06-05", *lines, **cancel)
    assert said(cancelled) == [(CREDIT_NOTE, -100)]
    assert cancelled.documents[0].origin_document_id == may.document_id
    assert opens(cancelled) == [("fee", WAITING, 70), ("use", WAITING, 30)]
    june = books.close("2024-07-01", *lines, line("fee", 50, 6), **cancel)
    assert said(june) == [(INVOICE, 50)]
    # The price is edited to nothing: it no longer waits.
    assert opens(books.close("2024-07-02", line("fee", 50, 6), **cancel)) == []


def test_cancel_what_is_left_of_a_document() -> None:
    """20 of 100 are credited already: 80, for the document of several contracts."""
    mine = {"grouping": "CUSTOMER"}
    books = Books()
    books.close("2024-06-01", line("fee", 70, **mine), line("fee", 30, contract_id="d", **mine))
    lines = [line("fee", 50, **mine), line("fee", 30, contract_id="d", **mine)]
    books.close("2024-06-02", *lines)
    closed = books.close("2024-06-03", *lines, corrections=[Correction("2024-000001", CANCEL)])
    assert said(closed) == [(CREDIT_NOTE, -80)]
    assert len(closed.documents[0].rows) == 2


def test_cancel_a_document_with_a_line_below_zero() -> None:
    """100 - 10 = 90 are credited in two rows, and only once."""
    books = Books()
    lines = [line("fee", 100), line("rebate", -10)]
    books.close("2024-06-01", *lines)
    closed = books.close("2024-06-02", *lines, corrections=[Correction("2024-000001", CANCEL)])
    assert rows_of(only(closed, CREDIT_NOTE)) == [
        (ADJUSTMENT, "fee", -100),
        (ADJUSTMENT, "rebate", 10),
    ]


def test_cancel_what_is_credited_already() -> None:
    """Of May's 100 there are 120 credited, 20 of them on June's invoice: nothing is left."""
    books = Books()
    books.close("2024-06-01", line("use", 100))
    assert said(books.close("2024-06-05", line("use", -20))) == [(CREDIT_NOTE, -100)]
    june = line("fee", 50, 6)
    assert said(books.close("2024-07-01", line("use", -20), june)) == [(INVOICE, 30)]
    cancel = [Correction("2024-000001", CANCEL)]
    assert said(books.close("2024-07-02", line("use", -20), june, corrections=cancel)) == []


def test_cancel_a_credit_note() -> None:
    """A credit note of -20 without origin is taken back by an invoice of 20."""
    books = Books()
    books.close("2024-06-01", line("use", -20))
    closed = books.close(
        "2024-06-02", line("use", -20), corrections=[Correction("2024-000001", CANCEL)]
    )
    assert said(closed) == [(ADJUSTMENT_INVOICE, 20)]


@BOTH
def test_reissue(adjustments: str) -> None:
    """100 are credited and said once more, as frozen; nothing is left."""
    books = Books(adjustments=adjustments)
    may = books.close("2024-06-01", line("fee", 70), line("use", 30)).documents[0]
    reissue = {"corrections": [Correction(may.number, REISSUE)]}
    lines = [line("fee", 70), line("use", 30)]
    closed = books.close("2024-06-05", *lines, **reissue)
    assert said(closed) == [(CREDIT_NOTE, -100), (INVOICE, 100)]
    assert numbers(closed) == ["2024-000002", "2024-000003"]
    assert rows_of(only(closed, INVOICE)) == [(LINE, "fee", 70), (LINE, "use", 30)]
    assert opens(closed) == []
    # A later credit is for what stands now.
    credit = books.close("2024-06-06", line("fee", 60), line("use", 30), **reissue)
    assert said(credit) == [(CREDIT_NOTE, -10)]
    assert credit.documents[0].origin_document_id == only(closed, INVOICE).document_id


def test_reissue_after_an_edit() -> None:
    """100 are said once more though 90 are owed; the credit of 10 is for the new document."""
    books = Books()
    books.close("2024-06-01", line("fee", 100))
    closed = books.close(
        "2024-06-05", line("fee", 90), corrections=[Correction("2024-000001", REISSUE)]
    )
    assert said(closed) == [(CREDIT_NOTE, -100), (CREDIT_NOTE, -10), (INVOICE, 100)]


def test_correction_of_an_unknown_number() -> None:
    """It does nothing."""
    books = Books()
    books.close("2024-06-01", line("fee", 100))
    closed = books.close(
        "2024-06-05", line("fee", 100), corrections=[Correction("2024-000009", CANCEL)]
    )
    assert said(closed) == []


# Closes


def test_without_close_nothing_is_written() -> None:
    """What is open is listed all the same."""
    books = Books()
    books.close("2024-06-01", line("fee", 100))
    lines = [line("fee", 90), line("fee", 50, 6)]
    closed = books.close("2024-07-01", *lines, settings={"close": False})
    assert closed.documents == ()
    assert opens(closed) == [("fee", OPEN, -10)]
    assert len(books.ledger.closes) == 1


def test_a_close_without_anything_to_write_has_no_number() -> None:
    """The closes on 1 and 3 June are the first and the second."""
    books = Books()
    books.close("2024-06-01", line("fee", 100))
    books.close("2024-06-02", line("fee", 100))
    books.close("2024-06-03", line("fee", 110))
    assert [document.close_number for document in books.ledger.documents] == [1, 2]
    assert books.ledger.closes == (datetime(2024, 6, 1), datetime(2024, 6, 3))


def test_refused_closes() -> None:
    """Before the last close, without a beginning, with one prefix twice, without a contract."""
    books = Books()
    books.close("2024-06-02", line("fee", 100))
    with pytest.raises(RefusedError, match="before the last close"):
        books.close("2024-06-01", line("fee", 100))
    with pytest.raises(RefusedError, match="no input"):
        books.close("2024-06-02", line("fee", 100), contracts=["d"])
    with pytest.raises(RefusedError, match="one number_prefix"):
        books.close("2024-06-02", sellers={"a": Seller("N-"), "b": Seller("N-")})
    assert said(books.close("2024-06-02", line("fee", 100), contracts=["c"])) == []
    with pytest.raises(RefusedError, match="books_from"):
        Books(books_from=None).close("2024-06-01", line("fee", 100))


@pytest.mark.parametrize(
    ("contracts", "credited", "settings", "is_refused"),
    [
        # 20 % of 15 are 3; more than 10 contracts it must be.
        (15, 3, {}, False),
        (15, 4, {}, True),
        (10, 10, {}, False),
        (11, 3, {}, True),
        (15, 4, {"credit_limit": Fraction(30)}, False),
    ],
)
def test_too_many_credits(
    contracts: int, credited: int, settings: dict[str, object], is_refused: bool
) -> None:
    """A close that credits many contracts is most likely a mistake in the inputs."""
    books = Books(**settings)
    ids = [f"c{number:02}" for number in range(contracts)]
    books.close("2024-06-01", *(line("fee", 100, contract_id=each) for each in ids))
    lines = [
        line("fee", 90 if number < credited else 110, contract_id=each)
        for number, each in enumerate(ids)
    ]
    if is_refused:
        with pytest.raises(RefusedError, match="too many contracts"):
            books.close("2024-06-02", *lines)
    else:
        assert len(books.close("2024-06-02", *lines).documents) == contracts


def test_cancelled_documents_are_no_mistake() -> None:
    """Corrections of documents do not count as credits."""
    books = Books()
    lines = [line("fee", 100, contract_id=f"c{number:02}") for number in range(11)]
    books.close("2024-06-01", *lines)
    corrections = [Correction(f"2024-{number:06}", CANCEL) for number in range(1, 12)]
    assert len(books.close("2024-06-02", *lines, corrections=corrections).documents) == 11


@pytest.mark.parametrize(
    ("named", "sellers", "expected"),
    [
        ((None, "p", "c"), ["n"], "p"),
        (("", None, "gone"), ["n", "s"], "gone"),
        ((None, None, None), ["n"], "n"),
        ((None, None, None), ["n", "s"], "default"),
        ((None, None, None), [], "default"),
    ],
)
def test_seller(named: tuple[str | None, ...], sellers: list[str], expected: str) -> None:
    """Contract, pricebook, customer; else the only one; else `default`."""
    assert resolved_seller(named, sellers) == expected


# Any history

CONTRACTS = ("c", "d", "e")
AMOUNTS = (0, 5, 10, 10, 20, 50, 100, 100, -5, -20, -60)


class History:
    """Random lines that change from close to close."""

    def __init__(self, seed: int) -> None:
        """Decide on what stays the same."""
        self.rng = random.Random(seed)
        self.adjustments = self.rng.choice([NEXT_INVOICE, NEXT_INVOICE, DOCUMENTS])
        self.has_series = self.rng.random() < 0.3
        self.books_from = self.rng.choice([BEGINNING, BEGINNING, date(2024, 2, 1)])
        self.grouping = {each: self.pick(None, "CONTRACT", "CUSTOMER") for each in CONTRACTS}
        self.customer = {each: self.pick("u", "u", "v") for each in CONTRACTS}
        self.seller = {each: self.pick("n", "n", "s") for each in CONTRACTS}
        self.lines: dict[str, Line] = {}
        self.opening: list[OpeningRow] = []
        self.corrections: list[Correction] = []

    def pick(self, *values: object) -> object:
        """Return one of some values."""
        return self.rng.choice(values)

    def add(self, month: int) -> None:
        """Add a line of a month or of one before."""
        contract_id = self.pick(*CONTRACTS)
        month = max(1, month - self.pick(0, 0, 0, 1, 2))
        added = line(
            self.pick("p", "q", "r"),
            self.pick(*AMOUNTS),
            month,
            contract_id=contract_id,
            customer_id=self.customer[contract_id],
            seller_id=self.seller[contract_id],
            grouping=self.grouping[contract_id],
            invoice_delivery=self.pick("ADVANCED", "ARREARS", "ARREARS"),
        )
        self.lines[added.line_item_id] = added

    def begin(self) -> None:
        """Say something of January in another system."""
        for number, old in enumerate(list(self.lines.values())):
            if self.rng.random() < 0.3:
                opening = OpeningRow(
                    old.key,
                    f"A-{number % 2}-{old.customer_id}-{old.seller_id}",
                    Fraction(self.pick(*AMOUNTS)),
                    old.seller_id,
                )
                self.opening.append(opening)

    def edit(self) -> None:
        """Change a line: its amount, delivery, seller, customer, or whether it is there."""
        line_item_id = self.pick(*self.lines)
        old = self.lines.pop(line_item_id)
        change = self.pick(
            "amount", "amount", "amount", "gone", "delivery", "seller", "shadow", "customer"
        )
        changes = {}
        if change == "amount":
            changes = {"amount": Fraction(self.pick(*AMOUNTS))}
        elif change == "seller":
            self.seller[old.contract_id] = self.pick("n", "s")
        elif change == "shadow":
            changes = {"is_shadow": not old.is_shadow}
        elif change == "customer":
            self.customer[old.contract_id] = self.pick("u", "v")
        elif change == "delivery":
            delivery = "ARREARS" if old.invoice_delivery == "ADVANCED" else "ADVANCED"
            changes = {"invoice_delivery": delivery}
        if change != "gone":
            self.lines[line_item_id] = replace(old, **changes)

    def owed(self, as_of: datetime, draft_again: set[str]) -> list[Line]:
        """Return the lines as of an instant, with all that belongs to their invoices."""
        owed = {}
        for old in self.lines.values():
            start, end = old.nominal_start_date, old.nominal_end_date
            issued = start if old.invoice_delivery == "ADVANCED" else end
            customer_id = self.customer[old.contract_id]
            invoice_id = f"{old.contract_id}-{old.invoice_delivery}-{customer_id}-{start}"
            is_final = datetime(issued.year, issued.month, issued.day) <= as_of
            new = replace(
                old,
                issued_at=datetime(issued.year, issued.month, issued.day),
                customer_id=customer_id,
                seller_id=self.seller[old.contract_id],
                invoice_id=invoice_id,
                line_item_id=f"{invoice_id}-{old.line_item_id}",
                status="FINALIZED" if is_final and invoice_id not in draft_again else "DRAFT",
            )
            owed[new.line_item_id] = new
        return list(owed.values())

    def inputs(self, as_of: datetime, ledger: Ledger) -> LedgerInputs:
        """Return what else a close reads."""
        rng = self.rng
        named = [document.number for document in ledger.documents if document.number]
        if named and rng.random() < 0.1:
            self.corrections.append(Correction(self.pick(*named), self.pick(CANCEL, REISSUE)))
        hold = Hold(**{self.pick("contract_id", "customer_id"): self.pick("c", "u", "v")})
        dates = {}
        for contract_id in CONTRACTS:
            days = timedelta(days=self.pick(10, 40, 50))
            for customer_id in ("u", "v"):
                dates[contract_id, customer_id, "EUR"] = (as_of + days).date()
        return LedgerInputs(
            sellers=SELLER_ROWS,
            opening=self.opening,
            holds=[hold] if rng.random() < 0.15 else [],
            corrections=self.corrections,
            withheld_contracts={self.pick(*CONTRACTS)} if rng.random() < 0.1 else set(),
            withheld_lineages={self.pick("p", "q")} if rng.random() < 0.1 else set(),
            next_issue_dates=dates if rng.random() < 0.6 else {},
        )


def run_history(seed: int) -> list[Closed]:
    """Close a random history from 3 to 8 times; `Books` checks what always holds."""
    history = History(seed)
    books = Books(
        adjustments=history.adjustments,
        credit_note_series=history.has_series,
        books_from=history.books_from,
    )
    closes = []
    for _ in range(4):
        history.add(1)
    if seed % 3 == 0:
        history.begin()
    for month in range(1, history.rng.randint(3, 8) + 1):
        for _ in range(history.rng.randint(1, 5)):
            history.add(month)
        for _ in range(history.rng.randint(0, 4)):
            if history.lines:
                history.edit()
        as_of = datetime(2024, month, 1) + timedelta(days=history.pick(14, 20, 30))
        as_of = max([as_of, *books.ledger.closes])
        invoices = sorted({each.invoice_id for each in history.owed(as_of, set())})
        again = {each for each in invoices if history.rng.random() < 0.08}
        lines = history.owed(as_of, again)
        given = vars(history.inputs(as_of, books.ledger))
        closes.append(books.close(as_of.isoformat(), *lines, **given))
    return closes


@pytest.mark.parametrize("seed", range(300))
def test_any_history(seed: int) -> None:
    """Whatever changes between closes, what always holds is checked after each of them."""
    assert 3 <= len(run_history(seed)) <= 8


def test_histories_have_everything() -> None:
    """Random histories that never make some kind of document would tell little."""
    kinds: defaultdict[tuple[object, ...], int] = defaultdict(int)
    for closed in (each for seed in range(60) for each in run_history(seed)):
        for adjustment in closed.open_adjustments:
            kinds[adjustment.state, adjustment.amount > 0] += 1
        for document in closed.documents:
            has_origin = document.origin_document_id is not None
            kinds[document.document_type, has_origin, document.correction] += 1
            kinds["numbered", document.number is not None] += 1
            kinds["contracts", len({row.key.contract_id for row in document.rows}) > 1] += 1
            if document.document_type == INVOICE:
                kinds["adjusted", any(row.row_type == ADJUSTMENT for row in document.rows)] += 1
    expected = {
        *((state, is_charge) for state in (OPEN, WAITING) for is_charge in (True, False)),
        *((INVOICE, False, None), (CREDIT_NOTE, False, None)),
        *((ADJUSTMENT_INVOICE, True, None), (CREDIT_NOTE, True, None)),
        *((CREDIT_NOTE, True, CANCEL), (CREDIT_NOTE, True, REISSUE), (INVOICE, True, REISSUE)),
        *(("numbered", False), ("contracts", True), ("adjusted", True)),
    }
    assert {kind: kinds[kind] for kind in expected if kinds[kind] < 5} == {}
