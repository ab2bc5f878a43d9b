"""docs/migrating.md: the rows of each example owe what the page says, to the cent, in one build."""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import Decimal

import pytest
from conftest import ROOT, Warehouse
from input_tables import INPUTS, Builder, Inputs, combined, lines_of, reports

PAGE = (ROOT / "docs" / "migrating.md").read_text()
# A heading, and what stands below it up to the next one of its kind.
SECTION = re.compile(r"^### (.+?)\n(.*?)(?=^### |\Z)", re.M | re.S)
BLOCK = re.compile(r"^```csv\n(.*?)^```", re.M | re.S)
AMOUNT = re.compile(r"^\| (\d{4}-\d\d-\d\d) \| .+ \| (-?\d+\.\d\d) \|$", re.M)
EXAMPLES = dict(SECTION.findall(PAGE))


def rows_of(text: str) -> Inputs:
    """Return the tables of all blocks in a text: the name of each, its header, its rows."""
    inputs: Inputs = {}
    for block in BLOCK.findall(text):
        for table in block.strip().split("\n\n"):
            name, *lines = table.splitlines()
            assert name in INPUTS, name
            inputs[name] = [
                {column: cell or None for column, cell in cells.items()}
                for cells in csv.DictReader(lines, strict=True)
            ]
    return inputs


@pytest.fixture(scope="module")
def built(build: Builder) -> Warehouse:
    """Return all examples, with the customer whose contracts they are."""
    before, *_ = PAGE.partition("\n### ")
    return build(
        combined(rows_of(before), *map(rows_of, EXAMPLES.values())),
        as_of="2025-01-01",
        models=("invoices", "line_items", "pricing_exceptions", "usage_outcome_counts"),
    )


@pytest.mark.parametrize("example", EXAMPLES)
def test_example_owes_what_the_page_says(built: Warehouse, example: str) -> None:
    """Each line that its contracts owe is a row of its table."""
    contracts = dict.fromkeys(
        str(one["durable_id"]) for one in rows_of(EXAMPLES[example])["contracts"]
    )
    owed = Counter(
        (line.nominal_start, line.amount)
        for contract in contracts
        for line in lines_of(built, contract)
    )
    assert owed
    assert owed == Counter(
        (start, Decimal(amount)) for start, amount in AMOUNT.findall(EXAMPLES[example])
    )


def test_nothing_is_wrong_with_the_rows(built: Warehouse) -> None:
    """No row is reported, and every event is rated."""
    assert reports(built) == set()
    assert built.rows(
        "select distinct outcome from ratebook.usage_outcome_counts where event_count > 0"
    ) == [("RATED",)]


def test_tables_name_examples_that_exist() -> None:
    """Links within the page lead to headings."""
    headings = re.findall(r"^##+ (.+)$", PAGE, re.M)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= anchors
