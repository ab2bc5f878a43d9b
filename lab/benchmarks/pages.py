#!/usr/bin/env python3
"""Time the dashboard's pages in a browser: `make bench-dashboard`.

On the case study, and on a generated company with any number of invoices. Each page is reloaded
several times; the result is the time from the click to the last table, in a browser that has
already cached the dashboard's scripts. Prints medians, and saves a screenshot of each page.
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
from sample import ABSENT, end_of, write_events, write_tables
from serving import ROOT, browser_page, dashboard, visit
from tqdm import tqdm

MONTHS = 12
# A contract has two invoices per month: one in advance and one in arrears.
INVOICES_PER_CONTRACT = 2 * MONTHS
EVENTS_PER_INVOICE = 10
LONGEST_SECONDS = 2.0
LONGEST_PICTURE = 6000
SEEDS_AND_MODELS = (
    *("build", "--full-refresh"),
    *("--resource-type", "seed", "--resource-type", "model"),
)


# Pages show more than the sample has: a second currency, quotes, partners, agreements.
SALES = """
    update bench.pricebooks set currency = null;
    alter table bench.contracts add column currency varchar;
    alter table bench.contracts add column partner_id varchar;
    update bench.contracts
    set
        currency = case when hash(customer_id) % 7 = 0 then 'EUR' end,
        partner_id =
            case when hash(customer_id) % 5 = 0 then 'partner-' || hash(customer_id) % 4 end;
    create or replace table bench.partners as
    select
        'partner-' || number as id, id as durable_id, 'Partner ' || number as name,
        case when number % 2 = 0 then 'RESELLER' else 'AFFILIATE' end as kind
    from range(4) as numbers (number);
    create or replace table bench.partner_shares as
    select id, id as partner_id, '15' as share_percent from bench.partners;
    create or replace table bench.quotes as
    select
        'quote-' || number as id, id as durable_id, 'customer-' || number // 2 as customer_id,
        'book' as pricebook_id, '2024-02-01' as started_at, '2025-02-01' as ended_at,
        'SENT' as state, '2023-12-20' as sent_at, '2024-02-01' as expires_at
    from range(500) as numbers (number);
    create or replace table bench.quote_prices as
    select id, id as quote_id, 'l_fee' as list_price_uid, '10' as discount_percent
    from bench.quotes
    where hash(id) % 2 = 0;
    create or replace table bench.marketplace_listings as
    select
        'creates' as id, 'AWS' as marketplace, 'wiki' as listing_id, 'pages' as dimension,
        'creates' as product_uid;
    create or replace table bench.marketplace_agreements as
    select
        'agreement-' || number as id, id as durable_id, 'AWS' as marketplace, 'wiki' as listing_id,
        'customer-' || number * 100 as customer_id, '123456789012' as buyer_id,
        'book' as pricebook_id, '2023-06-01' as started_at
    from range(20) as numbers (number);
    create or replace table bench.marketplace_notifications as
    select
        id, id as agreement_id, 'subscribe-success' as notification,
        '2023-06-01T00:00:00Z' as occurred_at
    from bench.marketplace_agreements;
"""


def build(path: Path, *arguments: str) -> None:
    """Build into a file, without tests."""
    environment = os.environ | {"RATEBOOK_DUCKDB_PATH": str(path), "DBT_PROFILES_DIR": str(ROOT)}
    dbt = [str(Path(sys.executable).with_name("dbt")), "--log-level", "warn"]
    subprocess.run([*dbt, *arguments], cwd=ROOT, env=environment, check=True)


def build_case_study(path: Path) -> None:
    """Build the case study."""
    build(path, *SEEDS_AND_MODELS)


def build_large(path: Path, invoices: int) -> None:
    """Build a generated company with this many invoices."""
    contracts = -(-invoices // INVOICES_PER_CONTRACT)
    events = write_events(
        path.parent / "events",
        events=invoices * EVENTS_PER_INVOICE,
        contracts=contracts,
        months=MONTHS,
    )
    write_tables(path, "bench", contracts=contracts, months=MONTHS)
    with duckdb.connect(path) as connection:
        connection.execute(SALES)
    variables = {
        "ratebook_input_schema": "bench",
        "ratebook_usage_events": events,
        "ratebook_as_of": end_of(MONTHS),
        "ratebook_absent_inputs": ABSENT,
    }
    build(path, *SEEDS_AND_MODELS, "--vars", str(variables))


def addresses(path: Path) -> dict[str, str]:
    """Return each page's address: the lists, and one detail page of each kind."""
    with duckdb.connect(path, read_only=True) as connection:

        def first(sql: str, *parameters: str | None) -> str | None:
            row = connection.execute(sql, parameters).fetchone()
            return row[0] if row else None

        invoice = first("select invoice_id from ratebook.invoices order by total desc, 1 limit 1")
        line = first(
            "select min(line_item_id) from ratebook.usage_by_day where invoice_id = ?", invoice
        )
        contract = first("select contract_id from ratebook.contracts order by 1 limit 1")
        quote = first("select quote_id from ratebook.quote_summaries order by 1 limit 1")
    opened = {
        "Revenue": "",
        "Revenue by customer": "?by=Customer",
        "Invoices": "invoices",
        "Invoices, searched": "invoices?find=1",
        "Invoices, one and its usage": f"invoices?invoice={invoice}&line={line}",
        "Contracts": "contracts",
        "Contracts, one": f"contracts?contract={contract}",
        "Quotes": "quotes",
        "Quotes, one": quote and f"quotes?quote={quote}",
        "Quotes, scenarios": "quotes?view=Compare+scenarios",
        "Quotes, orders": "quotes?view=Orders",
        "Quotes, price change": "quotes?view=Price+change",
        "Integrity": "integrity",
        "Integrity, configuration": "integrity?section=Configuration",
        "Integrity, late usage": "integrity?section=Late+usage",
        "Integrity, entitlements": "integrity?section=Entitlements",
        "Marketplaces": "partners",
        "Marketplaces, quantities": "partners?section=Metered+quantities",
        "Marketplaces, records": "partners?section=Metering+records",
        "Marketplaces, money": "partners?section=Marketplace+money",
        "Partners, payouts": "partners?section=Partner+payouts",
        "Partners, onboarding": "partners?section=Onboarding",
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
    """Save a full-height screenshot of each page."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, address in pages.items():
        visit(page, f"{site}/{address}")
        height = page.get_by_test_id("stMain").evaluate("element => element.scrollHeight")
        page.set_viewport_size({"width": 1360, "height": min(height + 40, LONGEST_PICTURE)})
        page.wait_for_timeout(800)  # charts are redrawn
        page.screenshot(path=directory / f"{name.lower().replace(', ', '_').replace(' ', '_')}.png")
        page.set_viewport_size({"width": 1360, "height": 900})


def main() -> int:
    """Build, visit, print; return 1 if a page takes longer than the limit."""
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
