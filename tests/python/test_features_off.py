"""Every reader works by the marts that a file has: those of a feature that is off do not exist."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, Warehouse, already_parsed, changed_environment, ratebook
from dashboard_pages import Pages
from dbt.contracts.graph.manifest import Manifest
from streamlit.testing.v1 import AppTest

from ratebook import books, project
from ratebook.dashboard import ui

FEATURES = {
    folder.name: sorted(path.stem for path in (folder / "marts").glob("*.sql"))
    for folder in sorted((ROOT / "models" / "features").iterdir())
}
MOMENTS = itertools.count(1)
PAGES = ("revenue", "invoices", "ledger", "contracts", "quotes", "integrity", "partners")
APP = ROOT / "ratebook" / "dashboard" / "app.py"
TITLES = [
    *("Revenue", "Invoices", "Documents", "Contracts", "Quotes", "Integrity"),
    "Marketplaces and partners",
]


def drop(path: Path, names: list[str]) -> None:
    """Drop marts, which are tables or views."""
    with duckdb.connect(path) as connection:
        places = connection.execute(
            "select table_name, lower(split_part(table_type, ' ', -1)) || ' ' || table_schema "
            "from information_schema.tables where table_schema in ('ratebook', 'ratebook_state')"
        )
        place_of = dict(places.fetchall())
        for name in names:
            connection.execute(f"drop {place_of[name]}.{name}")
    # The dashboard waits for what was written a moment ago: this was long ago, but each time
    # another moment.
    moment = next(MOMENTS)
    os.utime(path, (moment, moment))


@pytest.fixture
def path(case_study: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a copy of the case study that a test may change."""
    copy = tmp_path / "case_study.duckdb"
    shutil.copyfile(case_study.path, copy)
    os.utime(copy, (0, 0))
    monkeypatch.setenv("RATEBOOK_DUCKDB_PATH", str(copy))
    monkeypatch.delenv("RATEBOOK_BRANCH", raising=False)
    yield copy
    ui.warehouse.clear()


@pytest.fixture
def core(path: Path) -> Path:
    """Return a file with all features off."""
    drop(path, [mart for marts in FEATURES.values() for mart in marts])
    return path


@pytest.fixture
def invoices_only(path: Path) -> Path:
    """Return a file as `ratebook build --only invoices` writes it."""
    with duckdb.connect(path, read_only=True) as connection:
        built = books.marts(connection)
    drop(path, sorted(set(built) - {"builds", *project.INVOICE_MARTS}))
    return path


def titles(path: Path) -> list[str]:
    """Return the titles of the pages that the dashboard offers; fail if it shows an error."""
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not app.exception, app.exception[0].message
    assert not app.error, app.error[0].value
    return [link.proto.label for link in app.sidebar.get("page_link")]


def ids(path: Path) -> tuple[str, str, str]:
    """Return an invoice with lines, one of its lines, and its contract."""
    return Warehouse(path).rows(
        "select invoice_id, line_item_id, contract_id from ratebook.line_items "
        "where amount > 0 and line_type = 'usage' order by 1, 2 limit 1"
    )[0]


# The dashboard


def test_pages_are_drawn_from_the_core_alone(core: Path) -> None:
    """Each page, and what addresses of missing parts and objects lead to."""
    pages = Pages(core)
    invoice_id, line_item_id, _ = ids(core)
    for name in PAGES:
        pages.draw(name)
    pages.draw("invoices", invoice=invoice_id, line=line_item_id)
    pages.draw("integrity", section="entitlements")
    pages.draw("partners", section="payouts")
    pages.draw("quotes", view="Orders")
    pages.draw("quotes", quote="Q-301")


def test_pages_of_missing_features_are_not_offered(path: Path) -> None:
    """What is left of a page has a title of its own."""
    assert titles(path) == TITLES
    drop(path, FEATURES["marketplaces"])
    assert titles(path) == [*TITLES[:6], "Partners"]
    drop(path, FEATURES["partners"])
    assert titles(path) == [*TITLES[:6], "Onboarding"]
    drop(path, FEATURES["entitlements"])
    assert titles(path) == TITLES[:6]
    drop(path, FEATURES["quotes"])
    assert titles(path) == [*TITLES[:4], "Price change", "Integrity"]
    drop(path, FEATURES["ledger"])
    assert titles(path) == [*TITLES[:2], "Contracts", "Price change", "Integrity"]


def test_parts_of_missing_features_are_not_drawn(core: Path) -> None:
    """Recurring revenue and entitlements leave no heading, column or figure."""
    pages = Pages(core)
    revenue = pages.draw("revenue")
    assert "Invoiced" in revenue.cards()
    assert not {"MRR", "ARR"} & set(revenue.cards())
    contracts = pages.draw("contracts")
    assert contracts.columns("Contract")
    assert not contracts.columns("MRR now")
    _, _, contract_id = ids(core)
    contract = pages.draw("contracts", contract=contract_id)
    assert [heading.value for heading in contract.app.subheader] == ["Timeline", "Prices"]
    parts = pages.draw("integrity").app.get("button_group")
    assert "Entitlements" not in str(parts[0].proto)


def test_the_dashboard_of_invoices_alone(invoices_only: Path) -> None:
    """Each line has its calculation, and nothing leads to a page that is hidden."""
    assert titles(invoices_only) == ["Invoices", "Price change"]
    pages = Pages(invoices_only)
    invoice_id, line_item_id, contract_id = ids(invoices_only)
    assert contract_id not in pages.draw("invoices").links()
    page = pages.draw("invoices", invoice=invoice_id, line=line_item_id)
    assert "Calculation" in page.links()
    assert any(contract_id in markup for markup in page.markup)


# Commands


def test_print(core: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary leaves out what marketplaces got."""
    assert ratebook("print", "--file", core) == 0
    printed = capsys.readouterr().out
    assert "All invoices" in printed
    assert "Usage events by outcome" in printed
    assert "marketplaces, in units" not in printed


def test_print_invoices_alone(invoices_only: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Usage and exceptions are left out, too; each line has its explanation."""
    assert ratebook("print", "--file", invoices_only) == 0
    printed = capsys.readouterr().out
    assert "All invoices" in printed
    assert "Usage events by outcome" not in printed
    assert ratebook("print", "--file", invoices_only, "--customer", "Papergirl") == 0
    assert "(list price" in capsys.readouterr().out


def test_documents(
    core: Path, invoices_only: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Invoices need no feature; a quote names the one that it needs."""
    invoice_id, *_ = ids(invoices_only)
    assert ratebook("invoice", "--file", invoices_only, "--directory", tmp_path, invoice_id) == 0
    assert (tmp_path / f"{invoice_id}.html").exists()
    capsys.readouterr()
    assert ratebook("quote", "--file", core, "--directory", tmp_path, "Q-301") == 1
    assert capsys.readouterr().err == (
        f"{core} was built without the feature quotes: add quotes to ratebook_features in "
        "dbt_project.yml, and run `ratebook build`.\n"
    )


@pytest.mark.parametrize("command", ["meter", "receive"])
def test_metering(
    command: str, core: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is nothing to report without marketplaces."""
    assert ratebook(command, "--file", core, "--outbox", tmp_path / "outbox") == 1
    assert "was built without the feature marketplaces: add" in capsys.readouterr().err


def test_export(core: Path, tmp_path: Path) -> None:
    """An export has the marts that were built, and removes what an earlier one left of others."""
    directory = tmp_path / "export"
    with duckdb.connect(core) as connection:
        connection.execute("create table ratebook.contract_mrr (contract_id text)")
    assert ratebook("export", "--file", core, "--directory", directory) == 0
    (directory / "own.parquet").touch()
    assert (directory / "contract_mrr.parquet").exists()
    drop(core, ["contract_mrr"])
    assert ratebook("export", "--file", core, "--directory", directory) == 0
    assert not (directory / "contract_mrr.parquet").exists()
    assert (directory / "invoices.parquet").exists()
    assert (directory / "own.parquet").exists()


def test_analyses(core: Path, seeds_manifest: Manifest, capsys: pytest.CaptureFixture[str]) -> None:
    """The core's have an answer; that of a feature says which one, in the file or the project."""
    target = {"DBT_TARGET_PATH": str(core.with_suffix(".target"))}
    with changed_environment(target), already_parsed(seeds_manifest):
        assert ratebook("show", "--file", core, "revenue_bridge", "--limit", 1) == 0
        assert ratebook("show", "--file", core, "net_revenue_retention") == 1
    assert "built without the feature recurring_revenue: add" in capsys.readouterr().err
