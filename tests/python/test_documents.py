"""Invoices and quotes as pages: what stands on them, and that no name or length breaks them.

What is shown is compared with sums of the test's own, and with the marts; PDFs are read with pypdf.
"""

from __future__ import annotations

import builtins
import io
import itertools
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pypdf
import pytest
from conftest import Warehouse, ratebook

from ratebook.documents import invoice_html, quote_html
from ratebook.documents.rendering import DocumentError, pdf, write
from ratebook.formats import money, short_name

Connection = duckdb.DuckDBPyConnection

# What documents read of an invoice, a line and its explanation.
TABLES = """
    create schema ratebook;
    create table ratebook.invoices (
        invoice_id varchar, customer_id varchar, customer_name varchar, contract_id varchar,
        invoice_delivery varchar, currency varchar, started_at timestamp, ended_at timestamp,
        status varchar, total decimal(28, 8), minor_units integer, issued_at timestamp,
        due_at timestamp, billing_timezone varchar, is_shadow boolean, billing_target varchar,
        created_at timestamp
    );
    create table ratebook.line_items (
        line_item_id varchar, invoice_id varchar, product_name varchar, product_uid varchar,
        cell_id varchar, cell_values varchar, line_type varchar, quantity decimal(38, 12),
        unit_name varchar, price decimal(18, 10), discount_amount decimal(38, 20),
        amount decimal(28, 8), effective_at timestamp, ineffective_at timestamp
    );
    create table ratebook.line_item_explanations (
        line_item_id varchar, explanation varchar, customer_explanation varchar
    );
    create table ratebook.branch_invoice_diffs (
        invoice_id varchar, main_total decimal(28, 8), branch_total decimal(28, 8)
    );
"""
INVOICE = {
    "invoice_id": "abc1",
    "customer_id": "acme",
    "customer_name": "Acme",
    "contract_id": "acme_contract",
    "invoice_delivery": "ARREARS",
    "currency": "USD",
    "started_at": "2024-05-01",
    "ended_at": "2024-06-01",
    "status": "FINALIZED",
    "total": "0",
    "minor_units": 2,
    "issued_at": "2024-06-01",
    "due_at": "2024-07-01",
    "billing_timezone": "UTC",
    "is_shadow": False,
    "billing_target": None,
    "created_at": "2024-06-02 12:00:00",
}
LINE = {
    "line_item_id": "1",
    "invoice_id": "abc1",
    "product_name": "Creates",
    "product_uid": "2",
    "line_type": "usage",
    "quantity": "400",
    "unit_name": "page",
    "price": "0.05",
    "discount_amount": "0",
    "amount": "20.00",
    "effective_at": "2024-05-01",
    "ineffective_at": "2024-06-01",
}


class Page(HTMLParser):
    """The text of a page, and the texts of its elements of some class."""

    def __init__(self, html: str) -> None:
        """Read the page."""
        super().__init__()
        self.open: list[tuple[str, frozenset[str]]] = []
        self.pieces: list[tuple[str, frozenset[str]]] = []
        self.tags: set[str] = set()
        self.starts: list[int] = []
        self.classes: list[frozenset[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element, with all the classes around it."""
        self.tags.add(tag)
        if tag == "meta":
            return
        around = self.open[-1][1] if self.open else frozenset()
        own = frozenset((dict(attrs).get("class") or "").split()) | {tag}
        self.open.append((tag, around | own))
        self.starts.append(len(self.pieces))

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        assert self.open.pop()[0] == tag, "elements are closed in order"

    def handle_data(self, data: str) -> None:
        """Keep a piece of text, with the classes around it."""
        if data.strip() and "style" not in self.open[-1][1]:
            self.pieces.append((data.strip(), self.open[-1][1]))

    def texts(self, *classes: str) -> list[str]:
        """Return the pieces of text that stand in elements of all these classes."""
        return [text for text, around in self.pieces if around >= set(classes)]

    @property
    def text(self) -> str:
        """Return all text."""
        return " ".join(text for text, _ in self.pieces)


def number(text: str) -> Decimal:
    """Read an amount, with or without its currency."""
    return Decimal(text.split()[0].replace(",", ""))


def pdf_pages(html: str) -> list[str]:
    """Return the text of each page of the PDF, each run of blanks as one.

    pypdf puts zeros between the letters of a font in which one is missing.
    """
    reader = pypdf.PdfReader(io.BytesIO(pdf(html)))
    return [" ".join(page.extract_text().replace("\0", "").split()) for page in reader.pages]


def insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    """Insert a row by the names of its columns."""
    columns, marks = ", ".join(row), ", ".join("?" for _ in row)
    connection.execute(
        f"insert into ratebook.{table} ({columns}) values ({marks})",  # noqa: S608
        list(row.values()),
    )


def small_build(
    connection: Connection, invoice: dict[str, Any], lines: Sequence[dict[str, Any]]
) -> Connection:
    """Fill a database with one invoice; what is not given is as in INVOICE and LINE."""
    connection.execute(TABLES)
    insert(connection, "invoices", INVOICE | invoice)
    for position, line in enumerate(lines):
        row = LINE | {"line_item_id": f"{position:04}"} | line
        insert(connection, "line_items", row)
        explanation = {
            "line_item_id": row["line_item_id"],
            "explanation": f"How line {position} was calculated.",
            "customer_explanation": f"Why line {position} is what it is.",
        }
        insert(connection, "line_item_explanations", explanation)
    return connection


def small_html(invoice: dict[str, Any], *lines: dict[str, Any]) -> str:
    """Return the page of an invoice that a test has made up."""
    with duckdb.connect() as connection:
        return invoice_html(small_build(connection, invoice, lines), "abc1")


@pytest.fixture(scope="module")
def tables(case_study: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Return a copy of the case study whose marts are tables.

    Who reads a view for each of many invoices computes it as often.
    """
    copy = Warehouse(Path(shutil.copy(case_study.path, tmp_path_factory.mktemp("tables"))))
    with copy.writable() as connection:
        connection.execute("set TimeZone = 'UTC'")
        views = connection.execute(
            "select view_name from duckdb_views() where schema_name = 'ratebook'"
        )
        for (view,) in views.fetchall():
            connection.execute(f"create table ratebook.as_table as from ratebook.{view}")
            connection.execute(f"drop view ratebook.{view}")
            connection.execute(f"alter table ratebook.as_table rename to {view}")
    return copy


@pytest.fixture
def connection(tables: Warehouse) -> Iterator[Connection]:
    """Return the case study, open to read."""
    with tables.connect() as connection:
        yield connection


def invoice_ids(connection: Connection, condition: str = "true") -> list[str]:
    """Return the ids of the invoices that meet a condition."""
    sql = f"select invoice_id from ratebook.invoices where {condition} order by 1"  # noqa: S608
    return [row[0] for row in connection.execute(sql).fetchall()]


# How things are written


@pytest.mark.parametrize(
    ("amount", "minor_units", "written"),
    [
        ("1269.92000000", 2, "1,269.92"),
        ("-150", 2, "-150.00"),
        ("4245", 0, "4,245"),
        ("1.5", 3, "1.500"),
        ("0.0000000004", 2, "0.0000000004"),
        ("0E-8", 2, "0.00"),
    ],
)
def test_money_has_the_decimals_of_its_currency_and_all_that_count(
    amount: str, minor_units: int, written: str
) -> None:
    """Nothing is rounded to be shown."""
    assert money(Decimal(amount), "", minor_units) == written


# The case study


@pytest.mark.parametrize(
    ("condition", "amounts"),
    [
        (
            "customer_name = 'Papergirl' and invoice_delivery = 'ARREARS'"
            " and nominal_start_date = '2023-11-01'",
            {"Updates": Decimal("0.10") * 2, "Creates": Decimal("0.05") * 400},
        ),
        (
            "customer_name = 'Papergirl' and invoice_delivery = 'ADVANCED'",
            {"Platform fee": Decimal("1000.00")},
        ),
        (
            "customer_name = 'OptimusPrimeBot' and invoice_delivery = 'ARREARS' and total != 0",
            {"Updates": Decimal("430.85"), "Creates": Decimal("102116.80")},
        ),
    ],
)
def test_pdfs_show_the_amounts_of_the_case_study(
    connection: Connection, condition: str, amounts: dict[str, Decimal]
) -> None:
    """20.20 = 0.10 x 2 + 0.05 x 400; 1,000.00; 102,547.65 = 430.85 + 102,116.80."""
    (invoice_id,) = invoice_ids(connection, condition)
    (page,) = pdf_pages(invoice_html(connection, invoice_id))
    assert f"Total {sum(amounts.values()):,.2f} USD" in page
    for product, amount in amounts.items():
        line = page[page.index(f"{product} ") :]
        assert f" {amount:,.2f} " in line[: line.index("Total")]
    assert invoice_id in page
    assert page.endswith("Page 1 of 1")


def test_lines_of_every_invoice_add_up_to_the_total_of_the_mart(connection: Connection) -> None:
    """No line is left out; what a line does not show itself is said below it, and no id."""
    totals = connection.execute("""
        select
            invoice_id, total, line_count, currency,
            list(customer_explanation) filter (where customer_explanation is not null)
        from ratebook.invoices
        inner join ratebook.line_item_explanations using (invoice_id)
        group by all
    """).fetchall()
    assert len(totals) == len(invoice_ids(connection)) > 200
    for invoice_id, total, line_count, currency, explanations in totals:
        page = Page(invoice_html(connection, invoice_id))
        amounts = [number(text) for text in page.texts("amount")]
        assert (len(amounts), sum(amounts)) == (line_count, total), invoice_id
        label, shown = page.texts("total")
        assert (label, number(shown), shown.split()[1]) == ("Total", total, currency), invoice_id
        assert sorted(page.texts("why")) == sorted(explanations or []), invoice_id


def test_prices_of_every_quote_add_up_to_the_total_of_the_mart(connection: Connection) -> None:
    """Lines are grouped by price: none may fall out of the groups, or into two."""
    totals = connection.execute(
        "select quote_id, quoted_total, currency from ratebook.quote_summaries"
    ).fetchall()
    assert len(totals) >= 6
    for quote_id, total, currency in totals:
        page = Page(quote_html(connection, quote_id))
        assert sum(number(text) for text in page.texts("amount")) == total, quote_id
        shown = [text for text in page.texts("total") if text != "Total as quoted"]
        assert shown == [money(total, currency)] * 2, quote_id


def test_a_quote_shows_terms_prices_and_what_follows(connection: Connection) -> None:
    """Q-302: a fee at 60% off, and creates at 0.03 for 0.04, 11 x 100,000 and 250,000 of them."""
    pages = pdf_pages(quote_html(connection, "Q-302"))
    text = " ".join(pages)
    creates = Decimal("0.03") * (11 * 100_000 + 250_000)
    updates = Decimal("0.05") * 12 * 1_000
    fee = 5000 - Decimal("0.60") * 5000
    list_total = Decimal("0.04") * (11 * 100_000 + 250_000) + updates + 5000
    total = creates + updates + fee
    for expected in (
        "Quote SENT",
        "20 June 2024, 00:00",
        "1 July 2024 to 1 July 2025",
        f"At list prices {list_total:,.2f} USD",
        f"Off the list {total - list_total:,.2f} USD",
        f"Total as quoted {total:,.2f} USD",
        f"(total contract value) {fee:,.2f} USD",
        f"First invoices, issued 1 July 2024 {fee:,.2f} USD",
        f"100,000 to 250,000 page 0.04 0.03 {creates:,.2f}",
        f"1 5,000.00 5,000.00 -3,000.00 {fee:,.2f}",
        "1 August 2024 1 August 2024 1 July 2024 to 1 August 2024 in arrears 3,050.00",
        # 1 fee, 12 months, of which 6 are shown.
        "And 7 more, the last issued 1 July 2025.",
    ):
        assert expected in text


def test_states_of_quotes_are_said(connection: Connection) -> None:
    """Who holds the paper must see that it no longer counts."""
    texts = {
        quote_id: Page(quote_html(connection, quote_id)).text
        for quote_id in ("Q-101", "Q-102", "Q-303")
    }
    assert "This quote was accepted on 9 January 2024, 14:30." in texts["Q-101"]
    assert "This quote was rejected." in texts["Q-102"]
    assert "This quote has expired." in texts["Q-303"]
    assert "Prospect Blue Lagoon Diving" in texts["Q-303"]


def test_drafts_and_shadows_are_marked_on_paper_too(connection: Connection) -> None:
    """A draft is not to be paid, and what a marketplace bills not to us; others say nothing."""
    marks = {
        "DRAFT": "This is a draft.",
        "AWS": "Billed by AWS Marketplace, not by us.",
    }
    for condition, shown in (
        ("status = 'DRAFT' and billing_target = 'AWS'", {"DRAFT", "AWS"}),
        ("status = 'DRAFT' and not is_shadow and currency = 'JPY'", {"DRAFT"}),
        ("status = 'FINALIZED' and currency = 'JPY'", set()),
    ):
        page = pdf_pages(invoice_html(connection, invoice_ids(connection, condition)[0]))[0]
        assert {mark for mark, sentence in marks.items() if sentence in page} == shown
        assert ("DRAFT" in page) == ("DRAFT" in shown)
        assert ("would be due" in page) == bool(shown)


def test_days_are_those_of_the_billing_time_zone(connection: Connection) -> None:
    """In Tokyo a period that starts at 15:00 UTC starts on the next day."""
    (invoice_id,) = invoice_ids(
        connection, "contract_id = 'kyoto_contract' and started_at = '2024-05-30 15:00:00'"
    )
    text = Page(invoice_html(connection, invoice_id)).text
    assert "31 May 2024 to 30 June 2024 (end excluded)" in text
    assert "Asia/Tokyo" in text
    assert "Issue date 30 June 2024 Due date 29 August 2024" in text


def test_the_time_zone_of_the_connection_does_not_matter(connection: Connection) -> None:
    """A dashboard may have set its own."""
    found = set()
    for zone in ("UTC", "America/Los_Angeles", "Asia/Tokyo"):
        connection.execute(f"set TimeZone = '{zone}'")
        found.add(invoice_html(connection, "6e847e8a") + quote_html(connection, "Q-201"))
    assert len(found) == 1


def test_pages_and_pdfs_are_the_same_each_time(connection: Connection) -> None:
    """No clock, no random id: what was sent can be made again and compared."""
    for html, document_id in ((invoice_html, "6e847e8a"), (quote_html, "Q-201")):
        assert html(connection, document_id) == html(connection, document_id)
    page = invoice_html(connection, "6e847e8a")
    assert pdf(page) == pdf(page)


def test_a_pdf_is_dated_by_the_build(connection: Connection) -> None:
    """Its date is the as-of instant, not the clock's."""
    (as_of,) = connection.execute("select max(created_at) from ratebook.invoices").fetchone()
    reader = pypdf.PdfReader(io.BytesIO(pdf(quote_html(connection, "Q-301"))))
    assert reader.metadata.creation_date.replace(tzinfo=None) == as_of


# Made up: what the case study does not have


def test_a_long_invoice_repeats_its_header_and_ends_with_its_total() -> None:
    """200 lines: each with its explanation on one page, and the total not alone."""
    lines = [
        {"product_name": f"Product {position:03}.", "amount": f"{position}.01"}
        for position in range(200)
    ]
    total = sum(Decimal(line["amount"]) for line in lines)
    pages = pdf_pages(small_html({"total": str(total)}, *lines))
    assert len(pages) > 3
    for position, page in enumerate(pages, start=1):
        assert "Product Quantity Price Amount in USD" in page
        assert page.endswith(f"as of 2 June 2024, 12:00 UTC Page {position} of {len(pages)}")
        assert ("Total 19,902.00 USD" in page[200:]) == (position == len(pages))
    for position in range(200):
        (page,) = [page for page in pages if f"Product {position:03}." in page]
        assert f"Why line {position} is what it is." in page
    assert "Product 199." in pages[-1]


def test_names_are_text_and_never_markup() -> None:
    """Whoever names a product or a customer must not write on the page."""
    bad = "<script>alert('1')</script><img src=x onerror=y> & \"Sons\""
    html = small_html(
        {"customer_name": bad, "customer_id": bad, "contract_id": bad, "total": "20.00"},
        {"product_name": bad, "unit_name": bad},
    )
    page = Page(html)
    assert not page.tags & {"script", "img"}
    assert page.texts("who", "strong") == [bad]
    assert bad in page.texts("lines", "bdi")


@pytest.mark.parametrize(
    "name",
    [
        "مكتبة الإسكندرية",
        "京都コンテンツ株式会社",
        "Donaudampfschifffahrtsgesellschaft" * 8,
        "many words " * 60,
    ],
    ids=["right to left", "wide", "one long word", "many words"],
)
def test_any_name_fits(name: str) -> None:
    """A name of any script and length leaves the amount where it can be read."""
    html = small_html(
        {"customer_name": name, "total": "20.00"}, {"product_name": name, "unit_name": name[:20]}
    )
    assert short_name(name).strip() in Page(html).texts("who", "strong")
    assert "Total 20.00 USD" in pdf_pages(html)[-1]


def test_longest_name_that_is_shown_whole() -> None:
    """200 characters, the last of which says that there are more."""
    assert short_name("x" * 200) == "x" * 200
    assert short_name("x" * 201) == "x" * 199 + "…"
    assert short_name(None) == ""


def test_long_names_are_cut_wherever_they_are_shown() -> None:
    """Customer, contract, product and unit."""
    html = small_html(
        {"customer_name": "c" * 5000, "customer_id": "i" * 5000, "contract_id": "k" * 5000},
        {"product_name": "p" * 5000, "unit_name": "u" * 5000},
    )
    for letter in "cikpu":
        assert letter * 199 + "…" in html
        assert letter * 200 not in html


def test_files_of_long_ids_have_short_names(tmp_path: Path) -> None:
    """And two of them have two names."""
    html = small_html({}, {})
    written = [
        path
        for last in "ab"
        for path in itertools.islice(write(html, "/" * 300 + last, tmp_path), 1)
    ]
    assert len({path.name for path in written}) == 2
    assert all(len(path.name) < 210 and path.exists() for path in written)


def test_letters_that_no_font_has_are_reported(caplog: pytest.LogCaptureFixture) -> None:
    """Boxes in place of a name are seen by its reader at the latest: we say so first."""
    pdf(small_html({"customer_name": "Acme \U0010fffd"}))
    (message,) = [
        entry.getMessage()
        for entry in caplog.records
        if entry.name == "ratebook.documents.rendering"
    ]
    assert message.startswith("The PDF shows boxes for \U0010fffd, which no font")


def test_what_pdfs_need_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package, and without the library that it needs."""
    real_import = builtins.__import__
    for error, sentence in (
        (ModuleNotFoundError(), "PDFs need WeasyPrint, which is not installed: "),
        (OSError("cannot load library"), "PDFs need the library Pango, which this machine lacks: "),
    ):

        def refuse(name: str, *rest: object, error: Exception = error) -> ModuleType:
            if name == "weasyprint":
                raise error
            return real_import(name, *rest)

        with monkeypatch.context() as patch:
            patch.setattr(builtins, "__import__", refuse)
            with pytest.raises(DocumentError, match=sentence):
                pdf("")


@pytest.mark.parametrize(
    ("currency", "minor_units", "amount", "shown"),
    [("JPY", 0, "1234", "1,234 JPY"), ("KWD", 3, "1234.5", "1,234.500 KWD")],
)
def test_currencies_keep_their_decimals(
    currency: str, minor_units: int, amount: str, shown: str
) -> None:
    """Yen have none, dinars have three."""
    invoice = {"currency": currency, "minor_units": minor_units, "total": amount}
    page = Page(small_html(invoice, {"amount": amount}))
    assert page.texts("total") == ["Total", shown]
    assert page.texts("amount") == [shown.removesuffix(f" {currency}")]


def test_lines_of_each_kind() -> None:
    """A true-up shows no quantity, a part of the period its days, a discount its own column.

    A cell of a matrix price shows its values.
    """
    page = Page(
        small_html(
            {"total": "-120.00"},
            {"line_type": "minimum_true_up", "quantity": "0", "amount": "20.00"},
            {"quantity": "100", "discount_amount": "1", "amount": "4.00"},
            {
                "ineffective_at": "2024-05-11",
                "product_name": "Seats",
                "cell_values": "plan pro",
                "amount": "6.00",
            },
            {
                "line_type": "one_time",
                "product_name": None,
                "product_uid": "credit",
                "price": "-150",
                "quantity": "1",
                "unit_name": None,
                "amount": "-150.00",
                "effective_at": "2024-05-20 07:23:49",
                "ineffective_at": "2024-05-20 07:23:49",
            },
        )
    )
    rows = " ".join(page.texts("lines", "tbody"))
    assert rows == (
        "Creates 100 page 0.05 -1.00 4.00 Why line 1 is what it is. "
        "Creates up to the minimum of the period 20.00 Why line 0 is what it is. "
        "Seats plan pro 1 May 2024 to 11 May 2024 400 page 0.05 6.00 Why line 2 is what it is. "
        "Product credit 20 May 2024, 07:23:49 1 -150.00 -150.00 Why line 3 is what it is. "
        "Total -120.00 USD"
    )


@pytest.mark.parametrize(
    ("main_total", "notice"),
    [("12.34", "On main it comes to 12.34 USD."), (None, "On main there is no such invoice.")],
)
def test_an_invoice_of_a_branch_says_so(main_total: str | None, notice: str) -> None:
    """Nobody sends it by mistake: it is a what-if, and main's amount stands beside it."""
    with duckdb.connect() as connection:
        small_build(connection, {}, ())
        diff = {"invoice_id": "abc1", "main_total": main_total, "branch_total": "0"}
        insert(connection, "branch_invoice_diffs", diff)
        page = Page(invoice_html(connection, "abc1"))
    assert "WHAT IF" in page.text and notice in page.text
    assert "WHAT IF" not in Page(small_html({})).text


def test_a_customer_without_name_and_an_invoice_without_lines() -> None:
    """The id stands for the name, once; the total is that of the mart."""
    page = Page(small_html({"customer_name": None}))
    assert page.texts("who") == ["Customer", "acme", "Contract acme_contract"]
    assert "This invoice has no lines. Total 0.00 USD" in page.text


def test_a_quote_of_two_currencies_has_a_section_for_each(case_study: Warehouse) -> None:
    """They are never added up; a quote without lines says that it comes to nothing."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{case_study.path}' as built (read_only)")
        connection.execute("create schema ratebook")
        for table in ("invoices", "quote_summaries", "quote_invoices", "quote_line_items"):
            connection.execute(f"create table ratebook.{table} as from built.ratebook.{table}")
        for table in ("quote_summaries", "quote_invoices", "quote_line_items"):
            connection.execute(
                f"insert into ratebook.{table} select * replace "  # noqa: S608
                f"('EUR' as currency, 'e' || {'quote_id' if 'summ' in table else 'invoice_id'} as "
                f"{'quote_uid' if 'summ' in table else 'invoice_id'}) "
                f"from ratebook.{table} where quote_id = 'Q-303'"
            )
        page = Page(quote_html(connection, "Q-303"))
        for table in ("quote_invoices", "quote_line_items"):
            connection.execute(f"delete from ratebook.{table}")  # noqa: S608
        connection.execute("update ratebook.quote_summaries set currency = null, ended_at = null")
        nothing = Page(quote_html(connection, "Q-303"))
    headings = [text for text in page.texts("h2") if "comes to" in text]
    assert headings == ["EUR: What it comes to", "USD: What it comes to"]
    total = 3 * Decimal("29.00") + 3 * 5 * Decimal("12.00") + Decimal("250.00")
    shown = [text for text in page.texts("total") if text != "Total as quoted"]
    assert shown == [f"{total} EUR"] * 2 + [f"{total} USD"] * 2
    assert "This quote comes to nothing" in nothing.text
    assert "from 1 June 2024, with no end" in nothing.text


# The command line


@pytest.fixture
def built(case_study: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """Let the command line read the case study."""
    monkeypatch.setenv("RATEBOOK_DUCKDB_PATH", str(case_study.path))
    return case_study


@pytest.mark.usefixtures("built")
def test_files_are_written_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page and the PDF, in a directory that need not exist."""
    directory = tmp_path / "new" / "printed"
    assert ratebook("invoice", "6e847e8a", "--directory", directory) == 0
    stem = directory / "6e847e8a8b136b0c424ac785b1638310"
    assert capsys.readouterr().out.splitlines() == [f"Written: {stem}.html", f"Written: {stem}.pdf"]
    assert Path(f"{stem}.pdf").read_bytes() == pdf(Path(f"{stem}.html").read_text())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["invoice", "zzz"], "There is no invoice whose id begins with zzz: "),
        (["invoice", ""], "Name the invoice by its id or the beginning of it: `ratebook"),
        (["quote", "Q-"], "There is no quote Q-: "),
        (["quote", ""], "Name the quote by its id: `ratebook"),
    ],
)
@pytest.mark.usefixtures("built")
def test_unknown_ids_are_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    """And nothing is written."""
    assert ratebook(*arguments, "--directory", tmp_path / "printed") == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.startswith(sentence)) == ("", True)
    assert printed.err.count("\n") == 1
    assert not (tmp_path / "printed").exists()


def test_an_ambiguous_beginning_names_invoices(connection: Connection) -> None:
    """As many as it takes to see the difference."""
    ids = [one for one in invoice_ids(connection) if one.startswith("6")]
    with pytest.raises(DocumentError) as error:
        invoice_html(connection, "6")
    assert str(error.value) == (
        f"{len(ids)} invoices have an id that begins with 6 ({', '.join(ids[:3])} and others): "
        "give more of the id."
    )


def test_the_heading_is_what_people_call_it() -> None:
    """The contract, how it is billed and the period; the id stands below, small."""
    html = small_html({}, {})
    called = "acme_contract, billed in arrears, 1 May 2024 to 1 June 2024"
    assert f"<title>Invoice {called}</title>" in html
    assert Page(html).texts("h1") == ["Invoice"]
    assert called in Page(html).texts("header")
    assert Page(html).texts("id") == ["abc1"]


def test_a_whole_id_is_not_ambiguous() -> None:
    """Even if another id begins with it."""
    with duckdb.connect() as connection:
        small_build(connection, {}, [])
        insert(connection, "invoices", INVOICE | {"invoice_id": "abc12"})
        assert '<p class="id">abc1</p>' in invoice_html(connection, "abc1")
        assert '<p class="id">abc12</p>' in invoice_html(connection, "abc12")


def test_files_without_a_build_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Missing, empty, no database, and held by a writer."""
    missing, empty, text = (tmp_path / name for name in ("missing.db", "empty.db", "text.db"))
    duckdb.connect(empty).close()
    text.write_text("No database. " * 1000)
    for path, reason in (
        (missing, "does not exist: build it first, "),
        (empty, "holds no complete build "),
        (text, "cannot be read: "),
        (tmp_path, "cannot be read: "),
    ):
        monkeypatch.setenv("RATEBOOK_DUCKDB_PATH", str(path))
        assert ratebook("invoice", "6e847e8a", "--directory", tmp_path / "printed") == 1
        error = capsys.readouterr().err
        assert error.startswith(f"{path} {reason}"), error
        assert error.count("\n") == 1


def test_a_file_that_a_build_holds_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A process that writes keeps all readers out."""
    path = tmp_path / "held.duckdb"
    hold = f"import duckdb; c = duckdb.connect({str(path)!r}); print('held', flush=True); input()"
    command = [sys.executable, "-c", hold]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout.readline() == b"held\n"
        monkeypatch.setenv("RATEBOOK_DUCKDB_PATH", str(path))
        assert ratebook("invoice", "6e847e8a") == 1
        writer.communicate(b"\n")
    assert capsys.readouterr().err == (
        f"{path} is in use by a build or another program that writes to it (process "
        f"{writer.pid}): wait until it is done, or close it.\n"
    )
