"""Inputs for tests: rows as dictionaries, written as tables of a user's own, and built by dbt."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from conftest import (
    ROOT,
    Warehouse,
    close_readers,
    dbt,
    feature_of,
    seed_file,
    selected_models,
    with_features,
)
from dbt.contracts.graph.manifest import Manifest

Row = Mapping[str, str | None]
Inputs = dict[str, list[Row]]

INPUTS = (
    "customers",
    "customer_aliases",
    "products",
    "product_filters",
    "pricebooks",
    "list_prices",
    "contracts",
    "contract_prices",
    "quotes",
    "quote_prices",
    "quote_usage",
    "orders",
    "order_items",
    "price_tiers",
    "price_dimensions",
    "price_cells",
    "currencies",
    "partners",
    "partner_shares",
    "entitlement_grants",
    "marketplace_listings",
    "marketplace_private_offers",
    "marketplace_private_offer_prices",
    "marketplace_agreements",
    "marketplace_notifications",
    "marketplace_sent_records",
    "marketplace_record_results",
    "sellers",
    "invoice_holds",
    "ledger_opening",
    "document_corrections",
    "payments",
    "usage_events",
)
MARTS = (
    "prices",
    "price_spans",
    "line_items",
    "invoices",
    "usage_by_day",
    "usage_event_outcomes",
    "usage_outcome_counts",
    "usage_event_exceptions",
    "pricing_exceptions",
    "exception_reasons",
    "line_item_explanations",
    "line_item_tiers",
    "matrix_prices",
    "branch_invoice_diffs",
    "contracts",
    "contract_events",
    "contract_mrr",
    "quote_line_items",
    "quote_invoices",
    "quote_summaries",
    "order_summaries",
    "partner_line_shares",
    "partner_payouts",
    "entitlements",
    "entitlement_discrepancies",
    "onboarding_times",
    "marketplace_agreement_states",
    "marketplace_metering_records",
    "marketplace_reconciliation",
    "documents",
    "planned_documents",
    "document_rows",
    "planned_document_rows",
    "closes",
    "open_adjustments",
    "ledger_reconciliation",
    "document_balances",
    "receivables_ageing",
    "dated_line_items",
    "time_spine",
)
# All of it but what is reported of its inputs, and what that reads.
LEDGER = (
    "path:models/features/ledger/marts",
    "int_document_credits",
    *(
        f"int_ledger_{name}"
        for name in (
            *("cancellations", "said", "missing_contracts", "withheld"),
            *("keys", "differences", "places", "parts", "nets"),
            *(
                "documents_before",
                "candidates",
                "placements",
                "next_issues",
                "adjustments",
                "rooms",
            ),
            *("credits", "corrections", "rows", "rows_to_freeze", "documents"),
            *("correction_shares", "plan"),
        )
    ),
)
# What a close needs, and what shows it.
LEDGER_MARTS = (
    "documents",
    "document_rows",
    "planned_documents",
    "planned_document_rows",
    "closes",
    "open_adjustments",
    "ledger_reconciliation",
)
CASE_STUDY_USAGE = ROOT / "seeds" / "case_study_usage.parquet"
# The case study's own clock, which other inputs do not have.
CASE_STUDY_AS_OF = "2024-05-31T12:00:00Z"
INPUT_SCHEMA = "inputs"
# The name of the file is that of the database, and a parsed project is good for one database only.
FILE_NAME = "user.duckdb"
# As `dbt run`, and the seeds that come with ratebook: reasons, and what marketplaces ask for.
WITH_SEEDS = ("build", "--exclude-resource-types", "test", "unit_test")


def row(row_id: str | None, **cells: str | None) -> Row:
    """Return a configuration row, its durable_id the same as its id unless it says otherwise."""
    return {"id": row_id, "durable_id": row_id, **cells}


def event(
    transaction_id: str | None, customer_id: str | None, metered_at: str, **properties: object
) -> Row:
    """Return a usage event."""
    return {
        "transaction_id": transaction_id,
        "customer_id": customer_id,
        "properties": json.dumps(properties),
        "metered_at": metered_at,
    }


def combined(*parts: Inputs) -> Inputs:
    """Return the rows of several inputs together."""
    return {
        name: [one for part in parts for one in part.get(name, [])]
        for name in INPUTS
        if any(part.get(name) for part in parts)
    }


def case_study_inputs() -> Inputs:
    """Return the inputs of the case study."""
    inputs: Inputs = {}
    for name in INPUTS[:-1]:
        with seed_file(f"raw_{name}").open(newline="") as file:
            # An empty cell of a seed is null.
            inputs[name] = [
                {column: cell or None for column, cell in cells.items()}
                for cells in csv.DictReader(file)
            ]
    inputs["usage_events"] = pq.read_table(CASE_STUDY_USAGE).to_pylist()
    return inputs


def write_tables(path: Path, inputs: Inputs) -> None:
    """Write inputs as tables of text, without the columns that no row has, as a user would.

    Tables that are there from before are dropped.
    """
    close_readers()
    with duckdb.connect(path) as connection:
        connection.execute(f"drop schema if exists {INPUT_SCHEMA} cascade")
        connection.execute(f"create schema {INPUT_SCHEMA}")
        for name, rows in inputs.items():
            if not rows:
                continue
            columns = dict.fromkeys(column for one in rows for column in one)
            schema = pa.schema([(column, pa.string()) for column in columns])
            connection.register("rows", pa.Table.from_pylist([dict(one) for one in rows], schema))
            connection.execute(f"create table {INPUT_SCHEMA}.{name} as from rows")


def parse_for_tables(directory: Path) -> Manifest:
    """Parse the project once for all tables of a user's own, whatever the other vars will be.

    No model is wired differently by another var; their values are read when a model runs.
    """
    path = directory / FILE_NAME
    result = dbt(["parse"], vars={"ratebook_input_schema": INPUT_SCHEMA}, duckdb_path=path)
    manifest = result.result
    # The seeds are disabled, and dbt cannot copy a manifest with disabled nodes.
    manifest.disabled.clear()
    # Comments are for people who look at the warehouse: the case study has them.
    for node in manifest.nodes.values():
        node.config.persist_docs = {}
    return manifest


@dataclass(frozen=True)
class Builder:
    """Builds invoices from inputs, each time in a file of its own."""

    directory: Path
    manifest: Manifest
    profiles_dir: Path | None = None

    def __call__(
        self,
        inputs: Inputs,
        *,
        command: Sequence[str] = WITH_SEEDS,
        models: Sequence[str] = (),
        prepare: Callable[[duckdb.DuckDBPyConnection], None] | None = None,
        is_whole: bool = False,
        **settings: object,
    ) -> Warehouse:
        """Write the inputs, run dbt, and return the file; settings are vars without `ratebook_`.

        Models that a test names are all that is built, with what they read, and with the features
        of these models and of the inputs: half the models take half the time. `prepare` may change
        the tables before. `is_whole` builds the ledger too.
        """
        path = Path(tempfile.mkdtemp(dir=self.directory)) / FILE_NAME
        return self.build(
            path, inputs, selecting(command, models), prepare, settings, is_whole=is_whole
        )

    def again(
        self,
        warehouse: Warehouse,
        inputs: Inputs,
        *,
        command: Sequence[str] = WITH_SEEDS,
        models: Sequence[str] = (),
        is_whole: bool = False,
        **settings: object,
    ) -> Warehouse:
        """Build other inputs into a file that is there, with its state."""
        command = selecting(command, models)
        return self.build(warehouse.path, inputs, command, None, settings, is_whole=is_whole)

    def build(
        self,
        path: Path,
        inputs: Inputs,
        command: Sequence[str],
        prepare: Callable[[duckdb.DuckDBPyConnection], None] | None,
        settings: Mapping[str, object],
        is_whole: bool = False,
    ) -> Warehouse:
        """Write the inputs into a file, and run dbt on it.

        The ledger is built only for a close: most tests are about what is owed.
        """
        if not settings.get("close") and not is_whole:
            command = (*command, "--exclude", *LEDGER)
        # As `ratebook build` does with a new file.
        env = {} if path.exists() else {"RATEBOOK_NEW_FILE": "yes"}
        write_tables(path, inputs)
        if prepare:
            with duckdb.connect(path) as connection:
                prepare(connection)
        own = {f"ratebook_{name}": value for name, value in settings.items()}
        absent = [name for name in INPUTS if not inputs.get(name)]
        defaults = {"ratebook_input_schema": INPUT_SCHEMA, "ratebook_absent_inputs": absent}
        manifest = self.manifest
        if selected := selected_models(manifest, command):
            # The other features would be half the models.
            paths = [
                *(manifest.nodes[name].original_file_path for name in selected),
                *(seed_file(f"raw_{name}") for name in INPUTS[:-1] if name not in absent),
            ]
            features = sorted(set(map(feature_of, paths)) - {None})
            defaults["ratebook_features"] = features
            manifest = with_features(manifest, features)
        dbt(
            command,
            vars=defaults | own,
            duckdb_path=path,
            profiles_dir=self.profiles_dir,
            env=env,
            manifest=manifest,
        )
        return Warehouse(path)


def selecting(command: Sequence[str], models: Sequence[str]) -> Sequence[str]:
    """Return a command that builds only some models, with what they read."""
    return (*command, "--select", *(f"+{model}" for model in models)) if models else command


class Line(NamedTuple):
    """What most tests look at in a line item."""

    nominal_start: str
    product: str
    line_type: str
    quantity: Decimal
    amount: Decimal


def lines_of(warehouse: Warehouse, contract_id: str, delivery: str | None = None) -> list[Line]:
    """Return the line items of a contract in time order."""
    rows = warehouse.rows(
        """
        select
            cast(invoices.nominal_start_date as varchar), lines.product_name, lines.line_type,
            lines.quantity, lines.amount
        from ratebook.line_items as lines
        inner join ratebook.invoices as invoices using (invoice_id)
        where
            lines.contract_id = $1
            and lines.invoice_delivery = coalesce($2, lines.invoice_delivery)
        order by
            invoices.nominal_start_date, lines.invoice_delivery, lines.effective_at,
            lines.product_name, lines.line_type desc
        """,
        [contract_id, delivery],
    )
    return [Line(*one) for one in rows]


def amounts_of(
    warehouse: Warehouse, contract_id: str, delivery: str | None = None
) -> list[Decimal]:
    """Return the amounts of a contract's line items in time order."""
    return [line.amount for line in lines_of(warehouse, contract_id, delivery)]


def decimals(text: str) -> list[Decimal]:
    """Return the numbers of a text: '84.78 100 100'."""
    return [Decimal(number) for number in text.split()]


def utc(text: str) -> datetime:
    """Return an instant as the marts have it: UTC, without saying so."""
    return datetime.fromisoformat(text)


def reasons() -> dict[tuple[str, str], dict[str, str]]:
    """Return the rows of seeds/reasons.csv by effect and reason."""
    with seed_file("reasons").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {(one["effect"], one["reason"]): one for one in rows}


def reports(warehouse: Warehouse) -> set[tuple[str, str | None, str, str]]:
    """Return input, id, reason and effect of all pricing exceptions."""
    return set(warehouse.rows("select input, id, reason, effect from ratebook.pricing_exceptions"))


def mart_rows(warehouse: Warehouse, mart: str, time_zone: str = "UTC") -> list[tuple[object, ...]]:
    """Return a mart's rows, all columns, in order, as a session in a time zone sees them."""
    reader = warehouse.reader()
    reader.execute(f"set TimeZone = '{time_zone}'")
    try:
        return reader.table(f"ratebook.{mart}").order("all").fetchall()
    finally:
        reader.execute("set TimeZone = 'UTC'")
