"""Vars: a wrong one stops the build with one sentence, a right one does what it says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import CASE_STUDY, DbtFailedError, Warehouse, dbt
from dbt.contracts.graph.manifest import Manifest
from input_tables import (
    FILE_NAME,
    INPUT_SCHEMA,
    INPUTS,
    Builder,
    Inputs,
    event,
    lines_of,
    row,
    utc,
    write_tables,
)

MONTHLY: Inputs = {
    "customers": [row("acme"), row("tokyo", billing_timezone="Asia/Tokyo")],
    "products": [
        row("fee", name="Fee", ptype="FIXED"),
        row("calls", name="Calls", ptype="EVENT", event_name="call"),
    ],
    "pricebooks": [row("monthly")],
    "list_prices": [
        row("in_arrears", pricebook_uid="monthly", product_uid="fee", price="100.50"),
        row("in_calls", pricebook_uid="monthly", product_uid="calls", price="0.25"),
        # Dearer from the beginning, as became known in February.
        row(
            "in_calls",
            pricebook_uid="monthly",
            product_uid="calls",
            price="0.50",
            version="1",
            created_at="2024-02-10T00:00:01Z",
        ),
    ],
    "contracts": [
        row("acme", customer_id="acme", pricebook_id="monthly", started_at="2024-01-01"),
        row("tokyo", customer_id="tokyo", started_at="2024-01-01", currency="EUR"),
    ],
    "contract_prices": [
        row(
            "in_advance",
            contract_id="tokyo",
            product_uid="fee",
            price="7.25",
            invoice_delivery="ADVANCED",
        ),
        # Agreed in February, and retroactive.
        row(
            "discount",
            contract_id="acme",
            list_price_uid="in_arrears",
            discount_percent="10",
            created_at="2024-02-10T00:00:00Z",
        ),
    ],
    "usage_events": [
        {
            **event("on-time", "acme", "2024-01-20T00:00:00Z", name="call"),
            "received_at": "2024-01-20T00:00:00Z",
        },
        {
            **event("late", "acme", "2024-01-21T00:00:00Z", name="call"),
            "received_at": "2024-02-10T00:00:01Z",
        },
    ],
}


# Enough to see that a run stops before it.
INVOICES = ["run", "--select", "+invoices"]

# Wrong


@dataclass(frozen=True)
class Wrong:
    """A setting that cannot be, and what the sentence about it names."""

    name: str
    value: object
    named: Sequence[str]
    others: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Name the case for pytest."""
        return f"{self.name}={self.value}"


WRONG = [
    Wrong("as_of", "31 May 2024", ["ratebook_as_of", "31 May 2024"]),
    Wrong("as_of", "2024-02-30", ["ratebook_as_of", "2024-02-30"]),
    Wrong("as_of", "2024-05-31T24:00:00Z", ["ratebook_as_of", "2024-05-31T24:00:00Z"]),
    Wrong("as_of", "2024-05-31\n", ["ratebook_as_of", "line break"]),
    Wrong("as_of", "\uff12\uff10\uff12\uff14-05-31", ["ratebook_as_of", "2024-05-31"]),
    Wrong("as_of", "2024-05-31T12:00+16:00", ["ratebook_as_of", "+16:00"]),
    Wrong("as_of", "0000-01-01", ["ratebook_as_of", "0000-01-01", "1 to 9999"]),
    Wrong("system_as_of", "9999-12-31T23:59-00:01", ["ratebook_system_as_of", "1 to 9999"]),
    Wrong(
        "as_of",
        "2024-05-31",
        ["RATEBOOK_AS_OF", "ratebook_as_of"],
        others={"RATEBOOK_AS_OF": "2024-05-31"},
    ),
    Wrong("system_as_of", "yesterday", ["ratebook_system_as_of", "yesterday"]),
    Wrong("absent_inputs", ["filters"], ["ratebook_absent_inputs", "filters", "product_filters"]),
    Wrong("absent_inputs", "product_filters", ["ratebook_absent_inputs", "a list"]),
    Wrong("absent_inputs", 5, ["ratebook_absent_inputs", "a list"]),
    Wrong("billing_timezone", "Europe/Berlinn", ["ratebook_billing_timezone", "Europe/Berlinn"]),
    Wrong("billing_timezone", "+02:00", ["ratebook_billing_timezone", "+02:00"]),
    Wrong("currency", "usd", ["ratebook_currency", "usd"]),
    Wrong("currency", "USD\n", ["ratebook_currency", "line break"]),
    Wrong("currency", "dollars", ["ratebook_currency", "dollars"]),
    Wrong("forecast_months", -1, ["ratebook_forecast_months", "-1"]),
    Wrong("forecast_months", 1201, ["ratebook_forecast_months", "1201", "1200"]),
    Wrong("forecast_months", "\uff12", ["ratebook_forecast_months", "\uff12"]),
    Wrong("forecast_months", "two", ["ratebook_forecast_months", "two"]),
    Wrong("finalization_delay_hours", -1, ["ratebook_finalization_delay_hours", "-1"]),
    Wrong("pricing_integrity", "maybe", ["ratebook_pricing_integrity", "maybe"]),
    Wrong("asof", "2024-05-31", ["ratebook_asof", "ratebook_as_of"]),
    Wrong("input_schema", "nowhere", ["ratebook_input_schema", "nowhere"]),
    Wrong("input_database", "nowhere", ["nowhere"]),
    Wrong(
        "input_database",
        "elsewhere",
        ["ratebook_input_database", "ratebook_input_schema"],
        others={"ratebook_input_schema": ""},
    ),
    Wrong("branch", "override_creats", ["ratebook_branch", "override_creats", "column branch"]),
    Wrong("usage_events", "/nowhere/*.parquet", ["ratebook_usage_events", "/nowhere/*.parquet"]),
    Wrong("usage_events", __file__, ["ratebook_usage_events", __file__, ".jsonl"]),
]


@pytest.fixture(scope="module")
def tables(build: Builder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with inputs in which nothing is wrong, and with ratebook's own seeds."""
    path = tmp_path_factory.mktemp("tables") / FILE_NAME
    write_tables(path, MONTHLY)
    dbt(["seed"], vars=right_vars(MONTHLY), duckdb_path=path, manifest=build.manifest)
    return path


def right_vars(inputs: Inputs) -> dict[str, object]:
    """Return the vars that inputs need."""
    return {
        "ratebook_input_schema": INPUT_SCHEMA,
        "ratebook_absent_inputs": [name for name in INPUTS if name not in inputs],
    }


def sentence_about(error: DbtFailedError) -> str:
    """Return what ratebook itself says, which is one sentence of one line."""
    found = re.findall(r"ratebook: (.*)", str(error))
    assert len(found) == 1, str(error)
    assert re.fullmatch(r"\S.*\S\.", found[0])
    return found[0]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_wrong_var_stops_the_build(build: Builder, tables: Path, wrong: Wrong) -> None:
    """It says which var it is and what stands there, and nothing is billed."""
    settings = right_vars(MONTHLY) | {f"ratebook_{wrong.name}": wrong.value} | wrong.others
    with pytest.raises(DbtFailedError) as caught:
        dbt(INVOICES, vars=settings, duckdb_path=tables, manifest=build.manifest)
    sentence = sentence_about(caught.value)
    assert [words for words in wrong.named if words not in sentence] == []
    assert (
        Warehouse(tables).rows(
            # The view of builds comes before what is billed.
            "select table_name from information_schema.tables "
            "where table_schema = 'ratebook' and table_name != 'builds'"
        )
        == []
    )


def stopped(build: Builder, path: Path, inputs: Inputs) -> str:
    """Return the sentence with which a build on an input table that is wrong stops."""
    write_tables(path, inputs)
    with pytest.raises(DbtFailedError) as caught:
        dbt(INVOICES, vars=right_vars(MONTHLY), duckdb_path=path, manifest=build.manifest)
    return sentence_about(caught.value)


def test_missing_table_stops_the_build(build: Builder, tmp_path: Path) -> None:
    """An input that is not there is not taken for an empty one."""
    inputs = {name: rows for name, rows in MONTHLY.items() if name != "list_prices"}
    sentence = stopped(build, tmp_path / FILE_NAME, inputs)
    assert "inputs.list_prices" in sentence
    assert "ratebook_absent_inputs" in sentence


@pytest.mark.parametrize(
    ("table", "column"),
    [("contracts", "started_at"), ("products", "ptype"), ("usage_events", "metered_at")],
)
def test_missing_column_stops_the_build(
    build: Builder, tmp_path: Path, table: str, column: str
) -> None:
    """Without it, every row of the table would be bad."""
    rows = [{name: cell for name, cell in one.items() if name != column} for one in MONTHLY[table]]
    sentence = stopped(build, tmp_path / FILE_NAME, MONTHLY | {table: rows})
    assert f"inputs.{table}" in sentence
    assert column in sentence


@pytest.mark.parametrize("misspelt", ["free_quanity", "freequantity", "free_quantitty"])
def test_misspelt_column_stops_the_build(build: Builder, tmp_path: Path, misspelt: str) -> None:
    """Left out, it would be billed as if nobody had said anything."""
    rows = [{**one, misspelt: "10"} for one in MONTHLY["list_prices"]]
    sentence = stopped(build, tmp_path / FILE_NAME, MONTHLY | {"list_prices": rows})
    assert "inputs.list_prices" in sentence
    assert misspelt in sentence
    assert "free_quantity" in sentence


@pytest.mark.parametrize("name", ["ratebook", INPUT_SCHEMA])
def test_file_named_as_a_schema_stops_the_build(build: Builder, name: str, tmp_path: Path) -> None:
    """In a file called ratebook, DuckDB cannot tell ratebook.invoices from that file's."""
    path = tmp_path / f"{name}.duckdb"
    # Not by its name: DuckDB itself would be confused.
    write_tables(tmp_path / FILE_NAME, MONTHLY)
    (tmp_path / FILE_NAME).rename(path)
    parsed = build.manifest.deepcopy()
    for node in parsed.nodes.values():
        node.database = name
    with pytest.raises(DbtFailedError) as caught:
        dbt(INVOICES, vars=right_vars(MONTHLY), duckdb_path=path, manifest=parsed)
    sentence = sentence_about(caught.value)
    assert f"the DuckDB file is named {name}" in sentence
    assert "RATEBOOK_DUCKDB_PATH" in sentence


def test_wrong_var_is_named_on_a_first_run(tables: Path, tmp_path: Path) -> None:
    """Also when the project must be parsed first, with the wrong var."""
    path = tmp_path / FILE_NAME
    shutil.copy(tables, path)
    settings = right_vars(MONTHLY) | {"ratebook_absent_inputs": 5}
    with pytest.raises(DbtFailedError) as caught:
        dbt(["run"], vars=settings, duckdb_path=path)
    assert "ratebook_absent_inputs" in sentence_about(caught.value)


# Right

# The marts that these tests look at.
READ = ("line_items", "invoices", "usage_outcome_counts")
OTHER_COLUMNS = {"notes": "x", "names": "y", "pricing": "z"}


@pytest.fixture(scope="module")
def in_march(build: Builder) -> Warehouse:
    """Return the books in the middle of March, of a table with columns of somebody else."""
    rows = [{**one, **OTHER_COLUMNS} for one in MONTHLY["list_prices"]]
    return build(MONTHLY | {"list_prices": rows}, models=READ, as_of="2024-03-15")


def test_other_columns_are_left_alone(in_march: Warehouse) -> None:
    """Tables may have columns that are somebody else's, also some with names much like ours."""
    columns = "select column_name from information_schema.columns where table_name = 'list_prices'"
    assert {name for (name,) in in_march.rows(columns)} > OTHER_COLUMNS.keys()
    assert in_march.rows("select count(*) > 0 from ratebook.invoices") == [(True,)]


def test_columns_of_the_ledger_are_looked_for_with_it_only(build: Builder, tmp_path: Path) -> None:
    """A `county` looks like a misspelt `country`, which nothing but the ledger reads."""
    inputs = MONTHLY | {"customers": [{**one, "county": "Kent"} for one in MONTHLY["customers"]]}
    path = tmp_path / FILE_NAME
    assert "county but no column country" in stopped(build, path, inputs)
    settings = right_vars(inputs) | {"ratebook_features": []}
    command = ["run", "--select", "stg_customers"]
    dbt(command, vars=settings, duckdb_path=path, manifest=build.manifest)
    columns = "select column_name from duckdb_columns() where table_name = 'stg_customers'"
    assert ("country",) not in Warehouse(path).rows(columns)


def statuses(warehouse: Warehouse, contract_id: str) -> dict[str, str]:
    """Return the status of a contract's invoices by the month of their period."""
    return dict(
        warehouse.rows(
            """
            select strftime(nominal_start_date, '%Y-%m'), status
            from ratebook.invoices where contract_id = ?
            """,
            [contract_id],
        )
    )


@pytest.fixture(scope="module")
def in_april(build: Builder) -> Warehouse:
    """Return the books at the end of March in New York, with other defaults.

    The instant, 04:00 UTC, is written with an offset.
    """
    defaults = {"billing_timezone": "America/New_York", "currency": "JPY"}
    return build(MONTHLY, models=READ, as_of="2024-04-01T06:00:00+02:00", **defaults)


def test_as_of(in_march: Warehouse, in_april: Warehouse) -> None:
    """A month is final from its end on."""
    january_and_february = {"2024-01": "FINALIZED", "2024-02": "FINALIZED"}
    assert statuses(in_march, "acme") == january_and_february | {"2024-03": "DRAFT"}
    assert statuses(in_april, "acme") == january_and_february | {
        "2024-03": "FINALIZED",
        "2024-04": "DRAFT",
    }
    created = in_april.rows("select distinct created_at from ratebook.invoices")
    assert created == [(utc("2024-04-01 04:00"),)]


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("0001-01-01", "0001-01-01 00:00:00.000000"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31 23:59:59.999999"),
        ("2024-02-29T23:30:00.5-0130", "2024-03-01 01:00:00.500000"),
        ("2024-03-01T00:59+01:00", "2024-02-29 23:59:00.000000"),
    ],
)
def test_instants(seeds_manifest: Manifest, tmp_path: Path, written: str, instant: str) -> None:
    """From the first to the last, with offsets over the ends of months."""
    result = dbt(
        ["compile", "--inline", "{{ ratebook.parse_instant_setting('ratebook_as_of') }}"],
        vars={"ratebook_as_of": written},
        duckdb_path=tmp_path / CASE_STUDY.name,
        manifest=seeds_manifest,
    )
    assert result.result.results[0].node.compiled_code == instant


def test_forecast_and_finalization_delay(build: Builder) -> None:
    """Two months more, and a month is final an hour later: at 00:59 March is not."""
    settings = {"forecast_months": 2, "finalization_delay_hours": 1}
    warehouse = build(MONTHLY, models=READ, as_of="2024-04-01T00:59:00Z", **settings)
    assert statuses(warehouse, "acme") == {
        "2024-01": "FINALIZED",
        "2024-02": "FINALIZED",
        "2024-03": "DRAFT",
        "2024-04": "DRAFT",
        "2024-05": "DRAFT",
        "2024-06": "DRAFT",
    }
    # In advance, a month that has begun has been invoiced: the delay is for arrears.
    assert statuses(warehouse, "tokyo") == {
        "2024-01": "FINALIZED",
        "2024-02": "FINALIZED",
        "2024-03": "FINALIZED",
        "2024-04": "FINALIZED",
        "2024-05": "DRAFT",
        "2024-06": "DRAFT",
    }


def january(warehouse: Warehouse, contract_id: str = "acme") -> dict[str, tuple[Decimal, Decimal]]:
    """Return quantity and amount of each product in January."""
    return {
        line.product: (line.quantity, line.amount)
        for line in lines_of(warehouse, contract_id)
        if line.nominal_start == "2024-01-01"
    }


def test_system_as_of(build: Builder, in_march: Warehouse) -> None:
    """What was not known by then has not happened: a price of a second later, and a late event."""
    # 100.50 less 10 %, and two calls at 0.50
    assert january(in_march) == {"Fee": (1, Decimal("90.45")), "Calls": (2, Decimal("1.00"))}
    # The discount became known at that very instant.
    known_by = "2024-02-10T00:00:00Z"
    as_known = build(MONTHLY, models=READ, as_of="2024-03-15", system_as_of=known_by)
    assert january(as_known) == {"Fee": (1, Decimal("90.45")), "Calls": (1, Decimal("0.25"))}
    assert as_known.rows("select sum(event_count) from ratebook.usage_outcome_counts") == [(1,)]


def start_and_currency(warehouse: Warehouse, contract_id: str) -> list[tuple[datetime, str]]:
    """Return start and currency of a contract's first invoice."""
    return warehouse.rows(
        """
        select started_at, currency from ratebook.invoices
        where contract_id = ? order by started_at limit 1
        """,
        [contract_id],
    )


def test_defaults(in_march: Warehouse, in_april: Warehouse) -> None:
    """Time zone and currency of those that name none; the others keep theirs."""
    tokyo = [(utc("2023-12-31 15:00"), "EUR")]
    assert start_and_currency(in_march, "acme") == [(utc("2024-01-01"), "USD")]
    assert start_and_currency(in_march, "tokyo") == tokyo
    assert start_and_currency(in_april, "acme") == [(utc("2024-01-01 05:00"), "JPY")]
    assert start_and_currency(in_april, "tokyo") == tokyo
    # Yen have no minor unit: 90.45 is 90.
    assert january(in_april) == {"Fee": (1, 90), "Calls": (2, 1)}
    assert january(in_april, "tokyo") == {"Fee": (1, Decimal("7.25"))}


# Tests that a user may want to be stopped by


def test_pricing_integrity(case_study: Warehouse, tmp_path: Path) -> None:
    """Asked to, the case study's mistakes fail the tests tagged so."""
    path = tmp_path / case_study.path.name
    shutil.copy(case_study.path, path)
    command = ["test", "--select", "tag:pricing_integrity"]
    with pytest.raises(DbtFailedError) as caught:
        dbt(command, vars={"ratebook_pricing_integrity": "error"}, duckdb_path=path)
    failed = {name.removeprefix("test.ratebook.") for name in caught.value.failures}
    assert "assert_no_price_is_withheld" in failed


def test_pricing_integrity_is_off(manifest: dict[str, Any]) -> None:
    """Unasked, none of these tests is there."""
    tags = [node["tags"] for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    assert not any("pricing_integrity" in own for own in tags)
