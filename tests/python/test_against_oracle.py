"""The project beside the oracle: random inputs, and the case study, all marts, line by line.

The oracle computes the marts from the same rows, in plain Python, from the rules alone. More and
larger random batches than the usual two: RATEBOOK_RANDOM_BATCHES=20. One case of a batch alone,
as a failure names it: RATEBOOK_RANDOM_CASE=2:q017_. Cases with some features only:
RATEBOOK_RANDOM_FEATURES="terminations quotes".
"""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from conftest import ROOT, Warehouse, dbt, seed_file
from input_tables import FILE_NAME, INPUT_SCHEMA, WITH_SEEDS, Builder
from oracle import compute
from oracle.cases import ERAS, Cells, Settings, random_settings
from oracle.comparison import Marts, cases_of, differences, marts_with, report
from oracle.inputs import COLUMNS, SCHEMA
from oracle.labels import untrue_labels
from oracle.provisioned_cases import FEATURES, random_case

BATCHES = int(os.environ.get("RATEBOOK_RANDOM_BATCHES", "2"))
CASE = os.environ.get("RATEBOOK_RANDOM_CASE", "")
CASES_PER_BATCH = 135 if "RATEBOOK_RANDOM_BATCHES" in os.environ else 32
COMPARED_FEATURES = os.environ.get("RATEBOOK_RANDOM_FEATURES", " ".join(FEATURES)).split()
if unknown := set(COMPARED_FEATURES) - set(FEATURES):
    raise ValueError(f"RATEBOOK_RANDOM_FEATURES: {unknown} are none of {FEATURES}")

SEEDS = [int(CASE.partition(":")[0])] if CASE else list(range(1, BATCHES + 1))


def batch_settings(seed: int) -> tuple[Settings, list[str]]:
    """Return a batch's settings, and the eras of its cases: by turns, as branch and main.

    Cases of the eras before that of the as-of instant are all past.
    """
    eras = list(ERAS)[(seed - 1) % len(ERAS) :]
    settings = random_settings(random.Random(seed), eras[0])
    settings["branch"] = ("main", "dev")[(seed - 1) % 2]
    return settings, [eras[0], *eras]


def batch_inputs(prefixes: list[str], seed: int, eras: list[str]) -> dict[str, list[Cells]]:
    """Return the rows of some cases together."""
    inputs: dict[str, list[Cells]] = {name: [] for name in COLUMNS}
    for prefix in prefixes:
        for name, rows in random_case(seed, prefix, eras, COMPARED_FEATURES).items():
            inputs[name] += rows
    return inputs


def load(path: Path, inputs: Mapping[str, list[Cells]]) -> None:
    """Write the inputs as tables of text into a new DuckDB file."""
    with duckdb.connect(path) as connection:
        connection.execute(f"create schema {INPUT_SCHEMA}")
        for name, columns in COLUMNS.items():
            cells = {column: [row[column] for row in inputs[name]] for column in columns}
            schema = pa.schema([(column, pa.string()) for column in columns])
            connection.from_arrow(pa.table(cells, schema)).create(f"{INPUT_SCHEMA}.{name}")


# Tiers with what names their line.
TIERS_SQL = """
    select tiers.* exclude (amount), tiers.amount as tier_amount, lines.* exclude (
        line_item_id, invoice_id, quantity, amount, span_id
    )
    from ratebook.line_item_tiers as tiers
    inner join ratebook.line_items as lines using (line_item_id)
"""


def read_marts(warehouse: Warehouse) -> Marts:
    """Return the rows of the marts."""
    marts = {}
    with warehouse.connect() as connection:
        for name in marts_with(COMPARED_FEATURES):
            if name == "line_item_tiers":
                mart = connection.sql(TIERS_SQL)
            else:
                mart = connection.table(f"ratebook.{name}")
            marts[name] = [dict(zip(mart.columns, row, strict=True)) for row in mart.fetchall()]
    return marts


@pytest.mark.parametrize("seed", SEEDS)
def test_random_cases(build: Builder, seed: int, tmp_path: Path) -> None:
    """Many cases in one build: each must come out as if it were alone."""
    prefixes = [f"q{number:03}_" for number in range(CASES_PER_BATCH)]
    if CASE:
        prefixes = [CASE.partition(":")[2]]
    settings, eras = batch_settings(seed)
    inputs = batch_inputs(prefixes, seed, eras)
    warehouse = Warehouse(tmp_path / FILE_NAME)
    load(warehouse.path, inputs)
    variables = {f"ratebook_{name}": value for name, value in settings.items()}
    dbt(
        [*WITH_SEEDS, "--select", *(f"+{mart}" for mart in marts_with(COMPARED_FEATURES))],
        vars={**variables, "ratebook_input_schema": INPUT_SCHEMA},
        duckdb_path=warehouse.path,
        manifest=build.manifest,
    )
    expected = compute(inputs, settings)
    # Equal labels are true if the oracle's are.
    assert untrue_labels(expected) == []
    found = differences(expected, read_marts(warehouse))
    if found:
        case = next(iter(cases_of(found)), prefixes[0])
        pytest.fail(
            f"Batch {seed}, with {settings}: {report(found)}\n"
            f"Alone: RATEBOOK_RANDOM_CASE={seed}:{case} pytest {Path(__file__).relative_to(ROOT)}",
            pytrace=False,
        )


def seed_rows(name: str) -> list[Cells]:
    """Return the rows of a seed."""
    with seed_file(f"raw_{name}").open(newline="") as file:
        return list(csv.DictReader(file))


def agreements_as_contracts() -> list[Cells]:
    """Return the agreements on marketplaces as the contracts that they are: all have begun.

    The oracle of marketplaces is another one; this one bills the contracts.
    """
    offers = {offer["durable_id"]: offer for offer in seed_rows("marketplace_private_offers")}
    return [
        dict.fromkeys(COLUMNS["contracts"], "")
        | {column: cell for column, cell in row.items() if column in COLUMNS["contracts"]}
        | {
            "id": f"agreement:{row['id']}",
            "durable_id": f"agreement:{row['durable_id']}",
            "pricebook_id": offers.get(row["offer_id"], row)["pricebook_id"],
            "billing_target": row["marketplace"],
            "agreement_id": "",
            "channel": "MARKETPLACE",
        }
        for row in seed_rows("marketplace_agreements")
    ]


def offers_as_contract_prices() -> list[Cells]:
    """Return the prices of private offers as contract prices of the agreements that take them."""
    return [
        dict.fromkeys(COLUMNS["contract_prices"], "")
        | {column: cell for column, cell in price.items() if column in COLUMNS["contract_prices"]}
        | {
            "id": f"agreement:{agreement['id']}:{price['id']}",
            "contract_uid": f"agreement:{agreement['id']}",
        }
        for price in seed_rows("marketplace_private_offer_prices")
        for agreement in seed_rows("marketplace_agreements")
        if agreement["offer_id"] == price["offer_id"]
    ]


def case_study_rows() -> dict[str, list[Cells]]:
    """Return the seeds and usage events, agreements as the contracts that they are."""
    inputs = {name: seed_rows(name) for name in SCHEMA}
    with duckdb.connect() as connection:
        events = connection.read_parquet(str(ROOT / "seeds" / "case_study_usage.parquet"))
        inputs["usage_events"] = [
            dict(zip(events.columns, row, strict=True)) for row in events.fetchall()
        ]
    inputs["contracts"] += agreements_as_contracts()
    inputs["contract_prices"] += offers_as_contract_prices()
    return inputs


def test_case_study(case_study: Warehouse) -> None:
    """The project's own seeds and usage events."""
    inputs = case_study_rows()
    expected, got = compute(inputs, {"as_of": "2024-05-31T12:00:00Z"}), read_marts(case_study)
    assert all(expected[mart] for mart in got), "a mart without rows compares nothing"
    found = differences(expected, got)
    if found:
        pytest.fail(f"The case study: {report(found)}", pytrace=False)
