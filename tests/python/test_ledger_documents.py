"""What documents say beside their amounts, and how a ledger shows that it was changed.

All contracts begin on 1 April 2024 (UTC) and owe 100 a month in advance. The first close is on 30
April, the second one on 10 May: April's invoices, and then May's.
"""

from __future__ import annotations

import io
import re
import shutil
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path

import duckdb
import pypdf
import pytest
from conftest import DbtFailedError, Warehouse, ratebook
from dashboard_pages import Pages
from input_tables import LEDGER_MARTS, Builder, Inputs, Row, row
from ledger_books import broken_closes, hashes_of

from ratebook.documents.ledger import document_html
from ratebook.documents.rendering import pdf

FIRST_CLOSE, SECOND_CLOSE = "2024-04-30T12:00:00Z", "2024-05-10T12:00:00Z"
# What the dashboard shows of a ledger.
READ = (*LEDGER_MARTS, "document_balances", "receivables_ageing", "invoices")
SETTINGS = {"models": READ, "close": True, "books_from": "beginning"}
FROZEN_TEST = "assert_ledger_is_as_it_was_frozen"
HALF_A_MONTH = {"payment_terms_days": "14"}
MONTH_END = {**HALF_A_MONTH, "payment_terms_kind": "END_OF_MONTH"}
# What pricebook and contract say about payment, and what the contract says later.
TERMS: dict[str, tuple[Row, Row, Row]] = {
    "net": (HALF_A_MONTH, {}, {}),
    "month_end": (MONTH_END, {}, {}),
    "contract_first": (MONTH_END, {"payment_terms_kind": "NET"}, {}),
    "unreadable": (MONTH_END, {"payment_terms_kind": "end of month"}, {}),
    "moved": ({}, {}, {}),
    "renamed": ({}, {}, {}),
    "ordered": ({}, {"purchase_order": "A-1"}, {"purchase_order": "A-2"}),
    "voided": (
        MONTH_END,
        {"purchase_order": "B-1"},
        {"payment_terms_kind": "NET", "purchase_order": "B-2", "void": "true"},
    ),
    "shared": ({}, {"partner_id": "reseller"}, {}),
}
OLD_ADDRESS = {
    **{"legal_name": "Moved Ltd", "address_line_1": "1 Old Street", "address_line_2": "Attic"},
    **{"postcode": "00123", "city": "Ghent", "country": "BE", "region": "East Flanders"},
    **{"email": "ap@moved.example", "tax_id": "BE-1", "purchase_order": "C-1"},
}
NEW_ADDRESS = {
    **OLD_ADDRESS,
    **{"address_line_1": "2 New Street", "address_line_2": None, "city": "Bruges", "version": "1"},
}
SELLER = {
    **{"name": "Acme", "address_line_1": "1 Example Square", "address_line_2": "Suite 100"},
    **{"postcode": "00001", "city": "Exampletown", "country": "US", "region": "CA"},
    **{"tax_id": "US-1", "registration_id": "R-1", "iban": "XX00 0000", "bic": "EXMPXX00"},
    **{"email": "billing@acme.example", "currency": "usd", "number_prefix": "N-"},
}


def inputs_of(*, is_later: bool) -> Inputs:
    """Return the inputs before or after the first close."""
    inputs: Inputs = {
        "products": [row("fee", name="Fee", ptype="FIXED")],
        "sellers": [row("acme", **SELLER | ({"iban": "XX11 1111"} if is_later else {}))],
        "partners": [row("reseller", kind="RESELLER")],
        "partner_shares": [{"id": "share", "partner_id": "reseller", "share_percent": "15"}],
        "customers": [
            # Two windows: the name changes between the invoices of April and May.
            row("renamed", name="Old Name", ineffective_at="2024-05-01"),
            {
                **{"id": "renamed_2", "durable_id": "renamed", "name": "New Name"},
                "effective_at": "2024-05-01",
            },
            row("moved", name="Moved", **NEW_ADDRESS if is_later else OLD_ADDRESS),
        ],
        **{name: [] for name in ("pricebooks", "list_prices", "contracts")},
    }
    for name, (pricebook, contract, later) in TERMS.items():
        # 20 more for April, on May's invoice.
        price = "120" if is_later and name == "renamed" else "100"
        if name not in {"renamed", "moved"}:
            inputs["customers"].append(row(name, name=name.title()))
        inputs["pricebooks"].append(row(name, invoice_delivery="ADVANCED", **pricebook))
        inputs["list_prices"].append(row(name, pricebook_uid=name, product_uid="fee", price=price))
        cells = {**contract, **later} if is_later else contract
        inputs["contracts"].append(
            row(name, customer_id=name, pricebook_id=name, started_at="2024-04-01", **cells)
        )
    return inputs


@pytest.fixture(scope="module")
def closed_once(build: Builder) -> Warehouse:
    """Return the books after the first close."""
    return build(inputs_of(is_later=False), as_of=FIRST_CLOSE, **SETTINGS)


def close_again(build: Builder, path: Path) -> Warehouse:
    """Close a file once more, with the later inputs."""
    return build.again(Warehouse(path), inputs_of(is_later=True), as_of=SECOND_CLOSE, **SETTINGS)


@pytest.fixture(scope="module")
def closed_twice(
    build: Builder, closed_once: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    """Return the books after the second close."""
    path = tmp_path_factory.mktemp("again") / closed_once.path.name
    shutil.copyfile(closed_once.path, path)
    return close_again(build, path)


def documents(warehouse: Warehouse, columns: str) -> dict[tuple[str, int], tuple[object, ...]]:
    """Return some columns of documents by customer and close; there is one of each."""
    rows = warehouse.rows(
        f"select customer_id, close_number, {columns} from ratebook.documents"  # noqa: S608
    )
    found = {(customer, number): tuple(cells) for customer, number, *cells in rows}
    assert len(found) == len(rows)
    return found


def test_due_dates(closed_twice: Warehouse) -> None:
    """30 April + 14 = 14 May, of both kinds. 10 May + 14 = 24 May, and 31 May + 14 = 14 June."""
    due = documents(closed_twice, "due_at, payment_terms_days, payment_terms_kind")
    net, month_end = (14, "NET"), (14, "END_OF_MONTH")
    assert due["net", 1] == (date(2024, 5, 14), *net)
    assert due["net", 2] == (date(2024, 5, 24), *net)
    assert due["month_end", 1] == (date(2024, 5, 14), *month_end)
    assert due["month_end", 2] == (date(2024, 6, 14), *month_end)
    assert due["contract_first", 2] == due["net", 2]
    assert due["unreadable", 2] == due["month_end", 2]
    assert due["moved", 2] == (date(2024, 5, 10), 0, "NET")


def test_due_dates_of_invoices(closed_twice: Warehouse) -> None:
    """May's invoice is issued on 1 May: + 14 = 15 May, and 31 May + 14 = 14 June."""
    due = dict(
        closed_twice.rows(
            "select contract_id, cast(due_at as varchar) from ratebook_intermediate.int_invoices "
            "where nominal_start_date = '2024-05-01' and rating_set = 'main'"
        )
    )
    assert due["net"] == due["contract_first"] == "2024-05-15 00:00:00"
    assert due["month_end"] == due["unreadable"] == "2024-06-14 00:00:00"


def test_addresses(closed_twice: Warehouse) -> None:
    """What was said stays; the next document has the new address and account."""
    customer = {name: cell for name, cell in OLD_ADDRESS.items() if name != "purchase_order"}
    seller = {name: cell for name, cell in SELLER.items() if name != "number_prefix"}
    seller["currency"] = "USD"
    columns = [f"customer_{name}" for name in customer] + [f"seller_{name}" for name in seller]
    found = documents(closed_twice, ", ".join(columns))
    assert found["moved", 1] == (*customer.values(), *seller.values())
    later = customer | {"address_line_1": "2 New Street", "address_line_2": None, "city": "Bruges"}
    assert found["moved", 2] == (*later.values(), *(seller | {"iban": "XX11 1111"}).values())


def test_names_are_those_of_the_close(closed_twice: Warehouse) -> None:
    """Also on a row for April, when the customer had another name."""
    found = documents(closed_twice, "customer_name, total, adjusted_amount")
    assert found["renamed", 1] == ("Old Name", 100, 0)
    assert found["renamed", 2] == ("New Name", 140, 20)


def test_purchase_orders(closed_twice: Warehouse) -> None:
    """Of the contract, else of the customer; a credit note has that of its origin."""
    found = documents(closed_twice, "purchase_order")
    assert found["moved", 1] == ("C-1",)
    assert (found["ordered", 1], found["ordered", 2]) == (("A-1",), ("A-2",))
    assert found["net", 1] == (None,)


def test_a_credit_note_has_the_terms_of_its_origin(closed_twice: Warehouse) -> None:
    """31 May + 14 = 14 June, although the contract says something else by now."""
    found = documents(closed_twice, "document_type, due_at, payment_terms_kind, purchase_order")
    assert found["voided", 2] == ("CREDIT_NOTE", date(2024, 6, 14), "END_OF_MONTH", "B-1")


def test_shares_of_partners(closed_twice: Warehouse) -> None:
    """15 percent of 100."""
    assert closed_twice.rows(
        "select contract_id, close_number, partner_id, partner_share_percent, partner_share_amount "
        "from ratebook.document_rows where partner_id is not null order by all"
    ) == [("shared", number, "reseller", Decimal(15), Decimal(15)) for number in (1, 2)]


# The chain of hashes


def check_ledger(build: Builder, path: Path) -> None:
    """Run the test of the ledger."""
    command = ("test", "--select", FROZEN_TEST)
    build.build(path, inputs_of(is_later=True), command, None, {}, is_whole=True)


def test_hashes_are_as_documented(closed_twice: Warehouse) -> None:
    """Who has a copy of the ledger can check it without ratebook."""
    assert broken_closes(closed_twice) == []


# Columns that an earlier version may not have had.
ADDED = ("customer_tax_id", "purchase_order", "partner_share_percent")


@pytest.fixture(scope="module")
def earlier(closed_once: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the books of the first close, as a version without some columns has left them."""
    path = tmp_path_factory.mktemp("earlier") / closed_once.path.name
    shutil.copyfile(closed_once.path, path)
    ((columns,),) = closed_once.rows(
        "select distinct hash_columns from ratebook_state.invoice_ledger"
    )
    kept = [column for column in columns.split(",") if column not in ADDED]
    row_hashes, close_hash = hashes_of(path, 1, kept)
    with duckdb.connect(path) as connection:
        connection.execute("drop schema ratebook cascade")
        for column in ADDED:
            connection.execute(f"alter table ratebook_state.invoice_ledger drop column {column}")
        connection.execute(
            "update ratebook_state.invoice_ledger set hash_columns = $1, close_hash = $2, "
            "row_hash = $3[row_number]",
            [",".join(kept), close_hash, row_hashes],
        )
    return path


def test_later_columns_change_no_hash(
    build: Builder, earlier: Path, closed_twice: Warehouse, tmp_path: Path
) -> None:
    """A close with fewer columns stays as it is, and the next one has all of them."""
    path = tmp_path / earlier.name
    shutil.copyfile(earlier, path)
    query = (
        "select row_hash, close_hash from ratebook_state.invoice_ledger where close_number = 1 "
        "order by row_number"
    )
    before = Warehouse(path).rows(query)
    after = close_again(build, path)
    assert after.rows(query) == before
    check_ledger(build, path)
    newest = "select distinct hash_columns from ratebook.closes where close_number = 2"
    assert after.rows(newest) == closed_twice.rows(newest)
    # A column that did not exist says nothing about the documents of that time.
    with Warehouse(path).writable() as connection:
        connection.execute(
            "update ratebook_state.invoice_ledger set purchase_order = 'D-1' where close_number = 1"
        )
    with pytest.raises(DbtFailedError, match=FROZEN_TEST):
        check_ledger(build, path)


@pytest.mark.parametrize(
    "change",
    [
        "update {ledger} set customer_city = 'Rome' where contract_id = 'moved'",
        "update {ledger} set customer_city = null where contract_id = 'moved'",
        "update {ledger} set amount = amount + 1 where row_number = 1",
        "update {ledger} set row_hash = 'x' where close_number = 2 and row_number = 1",
        "update {ledger} set hash_columns = 'amount' where close_number = 2",
        "update {ledger} set hash_format = 2 where close_number = 1",
        "delete from {ledger} where close_number = 1 and row_number = 1",
        "delete from {ledger} where close_number = 1",
        "insert into {ledger} from (select * replace (99 as row_number) from {ledger} limit 1)",
    ],
)
def test_changes_by_hand_are_found(
    build: Builder, closed_twice: Warehouse, tmp_path: Path, change: str
) -> None:
    """Of values, hashes and rows."""
    path = tmp_path / closed_twice.path.name
    shutil.copyfile(closed_twice.path, path)
    with duckdb.connect(path) as connection:
        connection.execute(change.format(ledger="ratebook_state.invoice_ledger"))
    with pytest.raises(DbtFailedError, match=FROZEN_TEST):
        check_ledger(build, path)


def test_an_unchanged_ledger_passes(build: Builder, closed_twice: Warehouse) -> None:
    """So that the tests above fail for what they change."""
    check_ledger(build, closed_twice.path)


# Pages


def text_of(html: str) -> str:
    """Return the words of a page, without its markup and style."""
    body = html.partition("<body")[2].partition(">")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def document_of(warehouse: Warehouse, customer_id: str, document_date: str) -> tuple[str, str]:
    """Return the id and the number of the document of a customer and a date."""
    (found,) = warehouse.rows(
        "select document_id, document_number from ratebook.documents "
        "where customer_id = ? and document_date = cast(? as date)",
        [customer_id, document_date],
    )
    return found


def page_of(warehouse: Warehouse, document_id: str) -> str:
    """Return a document as an HTML page."""
    with warehouse.connect() as connection:
        return document_html(connection, document_id)


def test_the_page_has_what_was_frozen(closed_once: Warehouse, closed_twice: Warehouse) -> None:
    """Seller, customer, dates and terms; later addresses change nothing of it."""
    document_id, number = document_of(closed_twice, "moved", "2024-04-30")
    html = page_of(closed_twice, document_id)
    assert html == page_of(closed_once, document_id)
    text = text_of(html)
    for words in (
        f"Invoice {number}",
        "Seller Acme 1 Example Square Suite 100 00001 Exampletown CA US Tax id US-1",
        "Registered as R-1 billing@acme.example",
        "Customer Moved Ltd moved 1 Old Street Attic 00123 Ghent East Flanders BE Tax id BE-1",
        "Date 30 April 2024 Due date 30 April 2024 Terms on receipt Purchase order C-1",
        "Contract moved Fee 1 April 2024 to 1 May 2024 (end excluded) 1",
        "Total 100.00 USD",
        f"Please pay to XX00 0000 , BIC EXMPXX00 , with the number {number}.",
    ):
        assert words in text
    later, _ = document_of(closed_twice, "moved", "2024-05-10")
    assert "2 New Street 00123 Bruges" in text_of(page_of(closed_twice, later))


def test_the_page_names_what_it_corrects(closed_twice: Warehouse) -> None:
    """A row of an invoice, or a whole credit note, which nobody is asked to pay."""
    _, april = document_of(closed_twice, "renamed", "2024-04-30")
    may, _ = document_of(closed_twice, "renamed", "2024-05-10")
    text = text_of(page_of(closed_twice, may))
    assert f"Fee correction of {april} 1 April 2024 to 1 May 2024 (end excluded) 20.00" in text
    # 120 for May, and 20 more for April: corrections come last.
    assert text.index(" 120.00 120.00 ") < text.index("correction of")
    assert "Total 140.00 USD" in text
    _, voided = document_of(closed_twice, "voided", "2024-04-30")
    credit, number = document_of(closed_twice, "voided", "2024-05-10")
    text = text_of(page_of(closed_twice, credit))
    assert f"Credit note {number}" in text
    assert f"Corrects {voided}" in text
    assert "Total -100.00 USD" in text
    assert not any(words in text for words in ("Due date", "due ", "Please pay"))


def test_the_same_bytes_for_the_same_document(closed_twice: Warehouse) -> None:
    """A PDF can be made again at any time."""
    document_id, number = document_of(closed_twice, "moved", "2024-04-30")
    first, second = (pdf(page_of(closed_twice, document_id)) for _ in range(2))
    assert first == second
    text = pypdf.PdfReader(io.BytesIO(first)).pages[0].extract_text()
    assert number in text
    assert "Moved Ltd" in text


def test_documents_are_written_by_number(
    closed_twice: Warehouse, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Or by the beginning of the id; what is wrong is one sentence."""
    document_id, number = document_of(closed_twice, "moved", "2024-04-30")
    given = ("--file", closed_twice.path, "--directory", tmp_path)
    for name in (number, document_id[:12]):
        assert ratebook("document", *given, name) == 0
        assert {path.name for path in tmp_path.iterdir()} == {f"{number}.html", f"{number}.pdf"}
    capfd.readouterr()
    for name, words in (
        ("N-2024-999999", "There is no document N-2024-999999"),
        ("", "Name the document by its number"),
    ):
        assert ratebook("document", *given, name) == 1
        assert words in capfd.readouterr().err


# The dashboard


@pytest.fixture
def pages(closed_twice: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pages:
    """Return the pages of the dashboard on the closed books, or on a copy that a test changes."""
    monkeypatch.setenv("RATEBOOK_DUCKDB_PATH", str(closed_twice.path))
    return Pages(closed_twice.path, tmp_path / closed_twice.path.name)


def test_documents_are_found_and_lead_to_each_other(pages: Pages, closed_twice: Warehouse) -> None:
    """From a credit note to its origin, and back."""
    voided, voided_number = document_of(closed_twice, "voided", "2024-04-30")
    credit, credit_number = document_of(closed_twice, "voided", "2024-05-10")
    page = pages.draw("ledger", find="Voided")
    (found,) = page.tables()
    assert [(one["Number"], one["Type"], one["State"], one["Total"]) for one in found] == [
        (credit_number, "Credit note", "Settled", "-100.00 USD"),
        (voided_number, "Invoice", "Credited", "100.00 USD"),
    ]
    assert page.links()[credit_number] == f"ledger?find=Voided&document={credit}"
    page = pages.draw("ledger", document=credit)
    assert page.cards()["Total"] == "-100.00 USD"
    assert page.links()[voided_number] == f"ledger?document={voided}"
    page = pages.draw("ledger", document=voided)
    (corrections,) = page.columns("Amount")[1:]
    assert corrections == ["-100.00 USD"]
    assert page.links()[credit_number] == f"ledger?document={credit}"
    assert pages.draw("ledger", document="none").messages() == [
        "There is no document none in these books."
    ]


def test_closing_shows_both_closes_and_that_all_adds_up(pages: Pages) -> None:
    """After a close nothing is planned."""
    page = pages.draw("ledger", section="Closing")
    assert page.columns("Close") == [["2", "1"]]
    assert page.columns("Unexplained") == [["0.00 USD"]]
    assert page.messages()[0] == "Nothing: all that is final is frozen."


def test_receivables_by_age(pages: Pages) -> None:
    """Without terms, April's 100 was due on 30 April: 10 days late on 10 May. May's is not due."""
    page = pages.draw("ledger", section="Receivables")
    ageing = {row["Customer"]: (row["Not due"], row["1-30 days"]) for row in page.tables()[0]}
    late = dict.fromkeys(("moved", "ordered", "shared"), ("100.00 USD", "100.00 USD"))
    in_time = ("net", "month_end", "contract_first", "unreadable")
    assert ageing == {
        **late,
        "renamed": ("140.00 USD", "100.00 USD"),
        **dict.fromkeys(in_time, ("200.00 USD", "")),
    }
    assert page.columns("Days") == [["10"] * 4]


def check_draft(planned: Warehouse, directory: Path) -> None:
    """Compare a draft: who would send it to whom, and that nothing is to be paid yet."""
    ((document_id,),) = planned.rows(
        "select document_id from ratebook.planned_documents where customer_id = 'moved'"
    )
    assert ratebook("document", document_id, "--file", planned.path, "--directory", directory) == 0
    (page,) = directory.glob("*.html")
    assert page.name == f"draft-{document_id[:8]}.html"
    text = text_of(page.read_text())
    for words in (
        "Invoice DRAFT",
        "This is a draft.",
        "Seller Acme 1 Example Square Suite 100 00001 Exampletown CA US Tax id US-1",
        "Customer Moved Ltd moved 1 Old Street Attic 00123 Ghent East Flanders BE Tax id BE-1",
        "Number none before the close Date 30 April 2024",
        "Contract moved Fee 1 April 2024 to 1 May 2024 (end excluded) 1",
        "Total 100.00 USD",
    ):
        assert words in text
    assert "Please pay" not in text


def test_what_a_close_would_freeze(build: Builder, tmp_path: Path) -> None:
    """The same documents as the close itself, which changes nothing before it is made."""
    settings = SETTINGS | {"close": False}
    planned = build(inputs_of(is_later=False), as_of=FIRST_CLOSE, is_whole=True, **settings)
    columns = "document_type, document_number, customer_id, due_at, total"
    shown = planned.rows(f"select {columns} from ratebook.planned_documents order by all")  # noqa: S608
    said = "* exclude (close_number)"
    rows = planned.rows("select * from ratebook.planned_document_rows order by all")
    assert planned.rows("select count(*) from ratebook.documents") == [(0,)]
    check_draft(planned, tmp_path)
    closed = build.again(planned, inputs_of(is_later=False), as_of=FIRST_CLOSE, **SETTINGS)
    assert shown == closed.rows(f"select {columns} from ratebook.documents order by all")  # noqa: S608
    assert rows == closed.rows(f"select {said} from ratebook.document_rows order by all")  # noqa: S608
    assert closed.rows("select count(*) from ratebook.planned_documents") == [(0,)]
