"""Another dbt project installs ratebook: tables, files and models of its own, side by side."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, Warehouse, dbt
from dbt.contracts.graph.manifest import Manifest
from input_tables import WITH_SEEDS

PROJECT = {
    "dbt_project.yml": """
name: shop
version: "1.0"
profile: shop
models:
  shop:
    +schema: finance
vars:
  ratebook_input_schema: backoffice
  ratebook_absent_inputs:
    [customer_aliases, product_filters, contract_prices, price_tiers, currencies]
  ratebook_as_of: "2024-02-15"
""",
    "packages.yml": f"""
packages:
  - local: {ROOT}
""",
    "profiles.yml": """
shop:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: "{{ env_var('RATEBOOK_DUCKDB_PATH') }}"
      threads: 2
""",
    # A model called as one of ratebook's.
    "models/invoices.sql": """
select invoice_id, total from {{ ref('ratebook', 'invoices') }}
where status = 'FINALIZED'
""",
}

# A shop's tables as they are, with the types of a database, and only the columns it has use for.
TABLES = """
create schema backoffice;

create table backoffice.customers (
    id integer, durable_id varchar, name varchar, billing_timezone varchar, created_at timestamptz
);
insert into backoffice.customers values
    (1, 'acme', 'Acme GmbH', 'Europe/Berlin', '2024-01-02 10:00:00+01');

create table backoffice.products (
    id integer, name varchar, ptype varchar, event_name varchar, agg_property varchar
);
insert into backoffice.products values
    (10, 'Platform', 'FIXED', null, null), (11, 'Pages', 'EVENT', 'printed', 'pages');

create table backoffice.pricebooks (id varchar, durable_id varchar, prorate boolean);
insert into backoffice.pricebooks values ('standard', 'standard', true);

create table backoffice.list_prices (
    id integer, version smallint, is_deleted boolean, pricebook_uid varchar, product_uid integer,
    price decimal(12, 4), invoice_delivery varchar, invoice_schedule integer
);
insert into backoffice.list_prices values
    (20, 0, false, 'standard', 10, 31, 'ADVANCED', 1),
    (21, 0, false, 'standard', 11, 0.07, 'ARREARS', 1),
    (21, 1, false, 'standard', 11, 0.05, 'ARREARS', 1),
    (22, 1, true, 'standard', 10, 1000000, 'ADVANCED', 1);

create table backoffice.contracts (
    id uuid, durable_id varchar, customer_id varchar, pricebook_id varchar, started_at date,
    ended_at timestamp, void boolean, payment_terms_days integer
);
insert into backoffice.contracts values (
    'f3b0c442-98fc-4c14-9afb-f4c8996fb924', 'acme-2024', 'acme', 'standard', '2024-01-10',
    '2024-03-01', false, 14
);

create table backoffice.usage_events (
    transaction_id bigint, customer_id varchar,
    properties struct(name varchar, pages decimal(9, 1), printer struct(floor integer)),
    metered_at timestamp, received_at timestamptz
);
insert into backoffice.usage_events values
    (1, 'acme', {'name': 'printed', 'pages': 10.5, 'printer': {'floor': 2}},
        '2024-01-12 09:30:00', '2024-01-12 10:30:00+01'),
    -- The last second of January in Berlin, and the first of February.
    (2, 'acme', {'name': 'printed', 'pages': 4, 'printer': null}, '2024-01-31 22:59:59', null),
    (3, 'acme', {'name': 'printed', 'pages': 100, 'printer': null}, '2024-01-31 23:00:00', null),
    -- The first one again, with another number of pages.
    (1, 'acme', {'name': 'printed', 'pages': 999, 'printer': null},
        '2024-01-12 09:30:00', '2024-02-01 00:00:00+01'),
    (4, 'nobody', {'name': 'printed', 'pages': 1, 'printer': null}, '2024-01-12 09:30:00', null);
"""

# Delivery, start, status and total. January: 22 of 31 days of the fee, 0.05 x (10.5 + 4) = 0.725.
INVOICES = [
    ("ADVANCED", "2024-01-01", "FINALIZED", Decimal("22.00")),
    ("ARREARS", "2024-01-01", "FINALIZED", Decimal("0.73")),
    ("ADVANCED", "2024-02-01", "FINALIZED", Decimal("31.00")),
    ("ARREARS", "2024-02-01", "DRAFT", Decimal("5.00")),
]

# The usage once more, in files of each kind, two of each.
COPY_USAGE = """
copy (select * from backoffice.usage_events where metered_at < '2024-01-31') to '{name}-1.{ending}';
copy (select * from backoffice.usage_events where metered_at >= '2024-01-31') to '{name}-2.{ending}'
"""
# In a file of text the struct is its JSON; times are as DuckDB writes them.
COPY_USAGE_AS_TEXT = COPY_USAGE.replace("*", "* replace (to_json(properties) as properties)")


@dataclass(frozen=True)
class Shop:
    """The other project, its database, and dbt's view of both."""

    directory: Path
    warehouse: Warehouse
    manifest: Manifest

    def run(self, *args: str, **settings: str) -> None:
        """Run dbt in the project, with vars beside those of its own."""
        dbt(
            [*WITH_SEEDS, *args],
            vars={f"ratebook_{name}": value for name, value in settings.items()},
            duckdb_path=self.warehouse.path,
            project_dir=self.directory,
            profiles_dir=self.directory,
            manifest=self.manifest,
        )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return a project that has installed ratebook and built everything once."""
    directory = tmp_path_factory.mktemp("shop")
    for name, content in PROJECT.items():
        path = directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    path = directory / "shop.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute(TABLES)
    dirs = {"project_dir": directory, "profiles_dir": directory, "duckdb_path": path}
    dbt(["deps"], **dirs)
    manifest = dbt(["parse"], **dirs).result
    manifest.disabled.clear()
    installed = Shop(directory, Warehouse(path), manifest)
    installed.run()
    return installed


def invoices_of(shop: Shop) -> list[tuple[str, str, str, Decimal]]:
    """Return the shop's invoices."""
    return shop.warehouse.rows(
        """
        select invoice_delivery, cast(nominal_start_date as varchar), status, total
        from ratebook.invoices order by nominal_start_date, invoice_delivery
        """
    )


def test_typed_tables(shop: Shop) -> None:
    """Integers, decimals, booleans, dates, times with and without zone, and structs are read."""
    assert invoices_of(shop) == INVOICES
    counts = shop.warehouse.rows(
        "select outcome, sum(event_count) from ratebook.usage_outcome_counts group by outcome"
    )
    assert dict(counts) == {"RATED": 3, "CONFLICT": 1, "UNKNOWN_CUSTOMER": 1}


def test_payment_terms(shop: Shop) -> None:
    """Local days of Berlin: 10 and 24 January, both at midnight there."""
    rows = shop.warehouse.rows(
        """
        select strftime(issued_at, '%Y-%m-%d %H:%M'), strftime(due_at, '%Y-%m-%d %H:%M')
        from ratebook.invoices where invoice_delivery = 'ADVANCED' order by issued_at limit 1
        """
    )
    assert rows == [("2024-01-09 23:00", "2024-01-23 23:00")]


def test_nothing_is_reported(shop: Shop) -> None:
    """The types alone are no reason for a report."""
    assert shop.warehouse.rows("select * from ratebook.pricing_exceptions") == []


def test_models_of_one_name(shop: Shop) -> None:
    """Both are there; the shop's reads ratebook's, and ratebook's models read their own."""
    own = shop.warehouse.rows("select total from main_finance.invoices order by total")
    final = [total for *_, status, total in INVOICES if status == "FINALIZED"]
    assert [total for (total,) in own] == sorted(final)
    assert len(shop.warehouse.rows("select invoice_id from ratebook.branch_invoice_diffs")) == 4


def test_case_study_stays_at_home(shop: Shop) -> None:
    """With tables of its own, the shop has no schema or seed of the case study.

    Reasons, and what marketplaces ask for, are seeds that nobody replaces.
    """
    tables = shop.warehouse.rows("select table_schema, table_name from information_schema.tables")
    assert {schema for schema, _ in tables} == {
        "backoffice",
        "main_finance",
        "ratebook",
        "ratebook_inputs",
        "ratebook_state",
        "ratebook_staging",
        "ratebook_intermediate",
    }
    assert {name for schema, name in tables if schema == "ratebook_inputs"} == {
        "reasons",
        "marketplace_aws",
        "marketplace_azure",
        "marketplace_google_cloud",
    }
    seeds = [node for node in shop.manifest.nodes.values() if node.resource_type == "seed"]
    assert [seed.name for seed in seeds if seed.name.startswith("raw_")] == []


def rows_of(shop: Shop, relation: str) -> list[tuple[object, ...]]:
    """Return the rows of a table or view in order, but not which file they are from."""
    # A view of files names them as seen from the project.
    with contextlib.chdir(shop.directory), shop.warehouse.connect() as connection:
        table = connection.table(relation)
        columns = [column for column in table.columns if column != "arrival"]
        return table.project(*columns).order("all").fetchall()


@pytest.fixture(scope="module")
def usage_of_table(shop: Shop) -> dict[str, list[tuple[object, ...]]]:
    """Return events, and invoices for them, as the shop's table gives them."""
    read = ("ratebook.invoices", "ratebook_staging.stg_usage_events")
    return {relation: rows_of(shop, relation) for relation in read}


@pytest.mark.parametrize(
    ("ending", "copy", "selected", "read"),
    [
        ("parquet", COPY_USAGE, "shop.invoices", "ratebook.invoices"),
        ("jsonl", COPY_USAGE, "stg_usage_events", "ratebook_staging.stg_usage_events"),
        ("csv", COPY_USAGE_AS_TEXT, "stg_usage_events", "ratebook_staging.stg_usage_events"),
    ],
)
def test_usage_in_files(
    shop: Shop,
    usage_of_table: dict[str, list[tuple[object, ...]]],
    ending: str,
    copy: str,
    selected: str,
    read: str,
) -> None:
    """A glob of files, relative to the project, bills what the table bills: ids too.

    Files of the other kinds have the same events, so what is billed for them is the same.
    """
    with shop.warehouse.writable() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(copy.format(name=shop.directory / "usage", ending=ending))
        # So that only what is read from the files is billed.
        connection.execute("drop schema if exists ratebook cascade")
    # What reads no usage is still there.
    shop.run(
        "--select",
        f"+{selected},ratebook.staging.stg_usage_events+",
        usage_events=f"usage-*.{ending}",
    )
    assert rows_of(shop, read) == usage_of_table[read]
