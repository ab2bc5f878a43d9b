"""What the dashboard shows is what the marts hold, to the cent, and nothing over two currencies."""

from __future__ import annotations

import csv
import html
import io
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
from conftest import ROOT, Warehouse
from dashboard_pages import Pages
from streamlit.testing.v1 import AppTest

from ratebook.dashboard import ui
from ratebook.dashboard.views import (
    contracts,
    integrity,
    invoices,
    ledger,
    partners,
    quotes,
    revenue,
)

PAGES = {
    "Revenue": revenue,
    "Invoices": invoices,
    "Contracts": contracts,
    "Quotes": quotes,
    "Integrity": integrity,
    "Marketplaces and partners": partners,
}
# Two features have one page.
SHARED_PAGES = dict.fromkeys(("Marketplaces", "Partners"), "Marketplaces and partners")
FIRST, LAST = date(1900, 1, 1), date(9999, 1, 1)
# In SQL, and not a module in an import.
MART = re.compile(r"\bratebook\.(\w+)\b(?!\.| import)")
TIMEOUT = 60


@pytest.fixture(autouse=True)
def books(case_study: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the dashboard read the case study."""
    monkeypatch.setenv("RATEBOOK_DUCKDB_PATH", str(case_study.path))
    monkeypatch.delenv("RATEBOOK_BRANCH", raising=False)
    yield
    ui.warehouse.clear()


def shown(sql: str, *parameters: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Return what a query of a page gives."""
    return ui.read(sql, *parameters)


def draw(page: ModuleType, **address: str) -> AppTest:
    """Draw one page as the dashboard does, with an address."""
    script = f"from ratebook.dashboard import ui\nimport {page.__name__} as page\n"
    app = AppTest.from_string(script + "ui.or_error(page.draw)", default_timeout=TIMEOUT)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def html_of(app: AppTest) -> str:
    """Return the tables and figures of a drawn page."""
    return "\n".join(element.proto.body for element in app.get("html"))


# Totals


def test_revenue_totals_are_the_sums_of_the_invoices(case_study: Warehouse) -> None:
    """Each currency by itself, shadow invoices apart: added up here, one invoice at a time."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for currency, status, is_shadow, total in case_study.rows(
        "select currency, status, is_shadow, total from ratebook.invoices"
    ):
        sums[currency, "SHADOW" if is_shadow else status] += total
    currencies = {currency for currency, _ in sums}
    assert len(currencies) > 1 and any(kind == "SHADOW" for _, kind in sums)
    for currency in currencies:
        (row,) = shown(revenue.TOTALS_SQL, currency, FIRST, LAST)
        assert row["finalized"] == sums[currency, "FINALIZED"]
        assert row["draft"] == sums[currency, "DRAFT"]
        assert row["shadow"] == sums[currency, "SHADOW"]
        assert row["invoiced"] == row["finalized"] + row["draft"]


@pytest.mark.parametrize("split", revenue.SPLITS)
def test_each_split_of_revenue_adds_up(split: str) -> None:
    """By product, customer, channel or delivery: bars and table have the same total as the card."""
    _, name = revenue.SPLITS[split]
    for currency in ui.minor_units():
        (totals,) = shown(revenue.TOTALS_SQL, currency, FIRST, LAST)
        bars = shown(revenue.BY_MONTH_SQL.format(name=name), currency, FIRST, LAST, 3)
        rows = shown(revenue.BY_NAME_SQL.format(name=name), currency, FIRST, LAST, 10_000, 0)
        assert sum(row["amount"] for row in bars) == totals["invoiced"]
        assert sum(row["amount"] for row in rows) == totals["invoiced"]
        assert sum(row["draft"] for row in rows) == totals["draft"]
        assert len({row["name"] for row in rows}) == len(rows)


def test_the_waterfall_ends_where_it_says(case_study: Warehouse) -> None:
    """Start plus movements is the end, over any months; the end is the sum of that month's MRR."""
    levels: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for currency, month, mrr in case_study.rows(
        "select currency, month_start_date, mrr from ratebook.contract_mrr"
    ):
        levels[currency, month] += mrr
    for currency in {currency for currency, _ in levels}:
        months = sorted(month for named, month in levels if named == currency)
        for first, last in zip(months, months[2:], strict=False):
            period = ("first", first), ("last", last), ("currency", currency)
            (row,) = shown(revenue.MRR_SQL, *period)
            assert row["after"] == levels[currency, last]
            moved = sum(row[movement] for movement in revenue.MOVEMENTS)
            assert row["before"] + moved == row["after"]


def test_the_list_of_invoices_counts_each_once(case_study: Warehouse) -> None:
    """Cards above the list add up to all invoices, currency by currency."""
    everything = dict.fromkeys(("find", "currency", "state", "delivery", "month", "billed_by"), "")
    rows = shown(invoices.TOTALS_SQL, *everything.items(), ("pattern", "%"))
    found = {
        (row["currency"], row["is_shadow"]): (row["invoice_count"], row["total"]) for row in rows
    }
    counted: dict[tuple[str, bool], tuple[int, Decimal]] = {}
    for currency, is_shadow, total in case_study.rows(
        "select currency, is_shadow, total from ratebook.invoices"
    ):
        count, so_far = counted.get((currency, is_shadow), (0, Decimal()))
        counted[currency, is_shadow] = (count + 1, so_far + total)
    assert found == counted


# What pages say


def test_pages_of_the_case_study_have_tables() -> None:
    """Each page shows something at first sight, without an error."""
    for title, page in PAGES.items():
        app = draw(page)
        assert not app.error, title
        assert "<table" in html_of(app), title


def test_an_invoice_shows_its_lines_and_its_total() -> None:
    """Papergirl's November: 0.10 x 2 = 0.20 and 0.05 x 400 = 20.00, together 20.20."""
    sql = (
        "select invoice_id from ratebook.invoices where customer_id = 'Papergirl' and total = 20.20"
    )
    (row,) = shown(sql)
    page = html_of(draw(invoices, invoice=row["invoice_id"]))
    for text in ("20.20 USD", "20.00 USD", "0.20 USD", "0.05 USD", "400"):
        assert f">{text}<" in page


def test_books_of_a_branch_say_so(
    tmp_path: Path, case_study: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Main is silent; one invoice that differs from main's is enough for a warning."""
    assert ui.changed_invoices() == 0
    path = tmp_path / "what_if.duckdb"
    shutil.copyfile(case_study.path, path)
    with duckdb.connect(path) as connection:
        connection.execute(
            """
            update ratebook.branch_invoice_diffs set main_total = main_total + 1
            where invoice_id = (select min(invoice_id) from ratebook.branch_invoice_diffs)
            """
        )
    monkeypatch.setenv("RATEBOOK_DUCKDB_PATH", str(path))
    app = AppTest.from_string(
        "from ratebook.dashboard import ui\nui.warn_of_branch()", default_timeout=TIMEOUT
    ).run()
    assert "what_if.duckdb was built on a branch. 1 invoices differ" in app.warning[0].value


def test_what_is_typed_is_text() -> None:
    """Neither SQL nor HTML nor a pattern: nothing is found, nothing breaks."""
    for text in ("'; drop table x; --", "<script>", "100%", "_"):
        app = draw(invoices, find=text)
        assert not app.error
        assert "<script>" not in html_of(app)


def test_an_empty_file_is_an_empty_dashboard(
    tmp_path: Path, case_study: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marts without rows are no error on any page."""
    path = tmp_path / "empty.duckdb"
    with case_study.connect() as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'ratebook'"
        ).fetchall()
        columns = {
            table: ", ".join(
                f'"{name}" {kind}'
                for name, kind in connection.execute(
                    """
                    select column_name, data_type from information_schema.columns
                    where table_schema = 'ratebook' and table_name = ?
                    order by ordinal_position
                    """,
                    [table],
                ).fetchall()
            )
            for (table,) in tables
        }
    with duckdb.connect(path) as connection:
        connection.execute("create schema ratebook")
        for table, definition in columns.items():
            connection.execute(f"create table ratebook.{table} ({definition})")
    monkeypatch.setenv("RATEBOOK_DUCKDB_PATH", str(path))
    for title, page in PAGES.items():
        app = draw(page)
        assert not app.error, title
        assert app.info, title


def test_without_a_build_each_page_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence, no traceback."""
    monkeypatch.setenv("RATEBOOK_DUCKDB_PATH", str(tmp_path / "none.duckdb"))
    for title, page in PAGES.items():
        app = draw(page)
        assert [error.value for error in app.error], title
        assert "none.duckdb does not exist: build it first" in app.error[0].value


# Files and names


def test_no_cell_of_a_file_is_a_formula() -> None:
    """A customer may be called =HYPERLINK(…): a spreadsheet shows that, and does not run it."""
    names = ["=1+1", "+1", "-1", "@cmd", "\t=1", "\r=1", "Acme = Co", None]
    rows = [{"name": name, "total": Decimal("-5.10"), "lines": -1} for name in names]
    text = io.StringIO(invoices.as_csv(rows).decode("utf-8-sig"), newline="")
    written = list(csv.DictReader(text))
    shown = [f"'{name}" for name in names[:6]] + ["Acme = Co", ""]
    assert [row["name"] for row in written] == shown
    assert {(row["total"], row["lines"]) for row in written} == {("-5.10", "-1")}


def test_a_name_is_never_a_link_or_markup(pages: Pages) -> None:
    """Neither as Markdown, nor as HTML, nor because it looks like an address."""
    name = "www.example.com <b>[x](https://example.com)</b> a@example.com"
    pages.execute("update ratebook.invoices set customer_name = ?", name)
    ((invoice_id,),) = pages.rows("select min(invoice_id) from ratebook.invoices")
    page = pages.draw("invoices", invoice=invoice_id)
    markup = "".join(page.markup)
    assert html.escape(name) in markup and name not in markup
    assert not [target for target in page.links().values() if "example.com" in target]
    texts = [*page.app.subheader, *page.app.markdown, *page.app.caption]
    assert not [text.value for text in texts if "example.com" in text.value]


def test_a_long_name_is_cut(pages: Pages) -> None:
    """In lists, headings and links; the explanation of a line is whole."""
    pages.execute("update ratebook.invoices set customer_name = ?", "c" * 5000)
    pages.execute("update ratebook.line_items set product_name = ?", "p" * 5000)
    ((invoice_id,),) = pages.rows("select min(invoice_id) from ratebook.invoices")
    for page in (pages.draw("invoices"), pages.draw("invoices", invoice=invoice_id)):
        markup = "".join(page.markup)
        assert "c" * 199 + "…" in markup
        assert "c" * 200 not in markup and "p" * 200 not in markup


def test_drafts_of_a_later_date_are_told_apart(pages: Pages) -> None:
    """What is issued after the as-of instant is drawn, but not as what has been issued."""
    expected = pages.rows(
        """
        select coalesce(sum(total), 0) from ratebook.invoices
        where currency = 'USD' and not is_shadow and status = 'DRAFT' and issued_at > created_at
        """
    )
    bars = shown(revenue.BY_MONTH_SQL.format(name="lines.product_name"), "USD", FIRST, LAST, 3)
    later = sum(row["amount"] for row in bars if row["is_to_come"])
    assert [(later,)] == expected
    assert later > 0
    drawn = pages.draw("revenue", currency="USD").drawn("Invoices")
    assert {row["Invoices"] for row in drawn} == {revenue.ISSUED, revenue.TO_COME}


# What pages read


def marts_of(page: ModuleType) -> set[str]:
    """Return the marts that a page's module names."""
    source = Path(page.__file__)
    files = source.parent.glob("*.py") if source.name == "__init__.py" else [source]
    return {mart for file in files for mart in MART.findall(file.read_text(encoding="utf-8"))}


def test_pages_read_only_marts(manifest: dict[str, Any]) -> None:
    """The public tables are the interface; what is behind them changes."""
    marts = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["access"] == "public"
    }
    for title, page in {**PAGES, "Documents": ledger}.items():
        assert marts_of(page) <= marts, title
    for path in (ROOT / "ratebook" / "dashboard").rglob("*.py"):
        assert "ratebook_intermediate" not in path.read_text(encoding="utf-8")


def test_exposures_name_what_pages_read(manifest: dict[str, Any]) -> None:
    """The lineage of a mart shows which pages read it; a page has an exposure for each feature."""
    exposures: dict[str, set[str]] = defaultdict(set)
    for exposure in manifest["exposures"].values():
        if exposure["type"] == "dashboard":
            page = exposure["label"].partition(":")[0]
            exposures[SHARED_PAGES.get(page, page)] |= {
                unique_id.rpartition(".")[2]
                for unique_id in exposure["depends_on"]["nodes"]
                if unique_id.startswith("model.")
            }
    pages = {**PAGES, "Documents": ledger}
    assert exposures == {title: marts_of(page) for title, page in pages.items()}


# Words and numbers


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234567.8", "USD", "1,234,567.80 USD"),
        ("0.0004", "USD", "0.0004 USD"),
        ("-5.10", "EUR", "-5.10 EUR"),
        ("200", "JPY", "200 JPY"),
    ],
)
def test_money(amount: str, currency: str, text: str) -> None:
    """At least the decimals of the currency, and each digit that counts."""
    assert ui.money(Decimal(amount), currency) == text


def test_dates_cannot_be_mistaken() -> None:
    """The month is a word."""
    assert ui.day(date(2024, 2, 1)) == "1 Feb 2024"
    assert ui.instant(datetime(2024, 2, 1)) == "1 Feb 2024"
    assert ui.instant(datetime(2024, 2, 1, 7, 23, 49)) == "1 Feb 2024 07:23:49"
