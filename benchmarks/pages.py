#!/usr/bin/env python3
"""Time the dashboard's pages in a browser: `make bench-dashboard`.

On the case study, and on an invented company with as many invoices as asked for. Each page is
visited anew several times: what counts is the time from the click to the last table, in a browser
that has the dashboard's scripts already. Prints medians, and keeps a picture of each page.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import duckdb
from playwright.sync_api import Page
from rich.console import Console
from rich.table import Table
from sample import end_of, write_events, write_tables
from serving import ROOT, browser_page, dashboard, visit
from tqdm import tqdm

MONTHS = 12
# A contract has an invoice a month in advance, and one in arrears.
INVOICES_PER_CONTRACT = 2 * MONTHS
EVENTS_PER_INVOICE = 10
LONGEST_SECONDS = 2.0
LONGEST_PICTURE = 6000


def build(path: Path, *arguments: str) -> None:
    """Build into a file, without tests."""
    environment = os.environ | {"RATEBOOK_DUCKDB_PATH": str(path), "DBT_PROFILES_DIR": str(ROOT)}
    dbt = [str(Path(sys.executable).with_name("dbt")), "--log-level", "warn"]
    subprocess.run([*dbt, *arguments], cwd=ROOT, env=environment, check=True)


def build_case_study(path: Path) -> None:
    """Build the case study."""
    build(path, "build", "--full-refresh", "--resource-type", "seed", "--resource-type", "model")


def build_large(path: Path, invoices: int) -> None:
    """Build an invented company with so many invoices."""
    contracts = -(-invoices // INVOICES_PER_CONTRACT)
    events = write_events(
        path.parent / "events",
        events=invoices * EVENTS_PER_INVOICE,
        contracts=contracts,
        months=MONTHS,
    )
    absent = write_tables(path, "bench", contracts=contracts, months=MONTHS)
    variables = {
        "ratebook_input_schema": "bench",
        "ratebook_usage_events": events,
        "ratebook_as_of": end_of(MONTHS),
        "ratebook_absent_inputs": absent,
    }
    build(path, "run", "--vars", str(variables))


def addresses(path: Path) -> dict[str, str]:
    """Return each page's address: lists, and one of each thing that can be opened."""
    with duckdb.connect(path, read_only=True) as connection:

        def first(sql: str) -> str | None:
            row = connection.execute(sql).fetchone()
            return row[0] if row else None

        invoice = first("select invoice_id from ratebook.invoices order by total desc, 1 limit 1")
        line = first(
            "select line_item_id from ratebook.usage_by_day where invoice_id = "
            f"'{invoice}' order by 1 limit 1"
        )
        contract = first("select contract_id from ratebook.contracts order by 1 limit 1")
        quote = first("select quote_id from ratebook.quote_summaries order by 1 limit 1")
    opened = {
        "Revenue": "",
        "Revenue by customer": "?by=customer",
        "Invoices": "invoices",
        "Invoices, searched": "invoices?find=1",
        "Invoices, one and its usage": f"invoices?invoice={invoice}&line={line}",
        "Contracts": "contracts",
        "Contracts, one": f"contracts?contract={contract}",
        "Quotes": "quotes",
        "Quotes, one": quote and f"quotes?quote={quote}",
        "Integrity": "integrity",
        "Marketplaces and partners": "partners",
    }
    return {name: address for name, address in opened.items() if address is not None}


def timed(page: Page, site: str, pages: dict[str, str], runs: int) -> dict[str, float]:
    """Return the median seconds of each page."""
    visit(page, site)
    seconds: dict[str, list[float]] = {name: [] for name in pages}
    for _ in tqdm(range(runs), desc="Rounds"):
        for name, address in pages.items():
            start = time.perf_counter()
            visit(page, f"{site}/{address}")
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def photograph(page: Page, site: str, pages: dict[str, str], directory: Path) -> None:
    """Keep a picture of each page, in its whole height."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, address in pages.items():
        visit(page, f"{site}/{address}")
        height = page.get_by_test_id("stMain").evaluate("element => element.scrollHeight")
        page.set_viewport_size({"width": 1360, "height": min(height + 40, LONGEST_PICTURE)})
        page.wait_for_timeout(800)  # charts are drawn anew
        page.screenshot(path=directory / f"{name.lower().replace(', ', '_').replace(' ', '_')}.png")
        page.set_viewport_size({"width": 1360, "height": 900})


def main() -> int:
    """Build, visit, print; 1 if a page takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--invoices", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--directory", type=Path, required=True, help="for files and pictures")
    options = parser.parse_args()
    table = Table(title="Seconds from the click to the last table, medians", title_justify="left")
    table.add_column("page")
    results = []
    for label, make in (
        ("case study", build_case_study),
        (f"{options.invoices:,} invoices", lambda path: build_large(path, options.invoices)),
    ):
        path = options.directory / f"{label.replace(' ', '_').replace(',', '')}.duckdb"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            make(path)
        pages = addresses(path)
        with dashboard(path) as site, browser_page() as page:
            results.append(timed(page, site, pages, options.runs))
            photograph(page, site, pages, options.directory / path.stem)
        table.add_column(label, justify="right")
    for name in results[0]:
        seconds = (f"{result[name]:.2f}" if name in result else "none" for result in results)
        table.add_row(name, *seconds)
    Console(width=100).print(table)
    slowest = max(value for result in results for value in result.values())
    return int(slowest > LONGEST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
