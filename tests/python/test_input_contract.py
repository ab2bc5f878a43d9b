"""An input column is the same in the macros that read it, its seed, staging and documentation."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from conftest import CASE_STUDY, ROOT, dbt, seed_file
from dbt.contracts.graph.manifest import Manifest

# Staging fills in their defaults, and describes what is there then.
COMMON = ("id", "version", "created_at", "is_deleted", "branch")
# Usage is a file, not a seed.
WITHOUT_SEED = "usage_events"
CONTRACT = """
{%- set contract = {} -%}
{%- for name in ratebook.input_columns() -%}
    {%- do contract.update({
        name: [
            ratebook.input_columns(name),
            ratebook.required_input_columns(name),
            ratebook.feature_of_input(name),
        ]
    }) -%}
{%- endfor -%}
{{ tojson(contract) }}
"""
# What docs/inputs.md calls the ways in which cells are read; others say where to look.
TYPES = {
    "text": "text",
    "word": "text",
    "currency": "currency",
    "JSON object": "json_object",
    "JSON list": "json_list",
    "SAME or LIST": "renewal_pricing",
    "NET or END_OF_MONTH": "payment_terms_kind",
    "INVOICE, CONTRACT or CUSTOMER": "invoice_grouping",
    "whole number": "integer",
    "version": "version",
    "decimal": "decimal",
    "true or false": "boolean",
    "time": "time",
    "time, UTC": "instant",
}
DOCUMENTATION = ROOT / "docs" / "inputs.md"
README_HEADER = "| input | a row is | required columns |\n"
HEADER = re.compile(r"\| (\w+) \| type \| meaning \| empty \|")


class Input(NamedTuple):
    """An input as the macros know it; its columns have the type as which they are read."""

    columns: dict[str, str]
    required: set[str]
    feature: str | None


class Cell(NamedTuple):
    """What docs/inputs.md says of a column."""

    column: str
    type: str
    is_required: bool


@pytest.fixture(scope="module")
def inputs(seeds_manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Input]:
    """Return all inputs by their names."""
    path = tmp_path_factory.mktemp("contract") / CASE_STUDY.name
    command = ["compile", "--no-populate-cache", "--inline", CONTRACT]
    result = dbt(command, duckdb_path=path, manifest=seeds_manifest)
    (compiled,) = result.result.results
    contract = json.loads(compiled.node.compiled_code)
    return {
        name: Input(columns, set(required), feature)
        for name, (columns, required, feature) in contract.items()
    }


@pytest.fixture(scope="module")
def seeds(manifest: dict[str, Any], inputs: dict[str, Input]) -> dict[str, dict[str, Any]]:
    """Return the seed of each input that has one."""
    return {
        name: manifest["nodes"][f"seed.ratebook.raw_{name}"]
        for name in inputs
        if name != WITHOUT_SEED
    }


def descriptions(node: dict[str, Any]) -> dict[str, str]:
    """Return the description of each column, on one line."""
    return {
        name: " ".join(column["description"].split()) for name, column in node["columns"].items()
    }


def test_seeds_have_the_columns_in_order(
    inputs: dict[str, Input], seeds: dict[str, dict[str, Any]]
) -> None:
    """In their files, in their types and in their descriptions; each cell is text."""
    found, expected = {}, {}
    for name, seed in seeds.items():
        with seed_file(seed["name"]).open(newline="") as file:
            header = next(csv.reader(file))
        found[name] = (header, seed["config"]["column_types"], list(seed["columns"]))
        columns = list(inputs[name].columns)
        expected[name] = (columns, dict.fromkeys(columns, "varchar"), columns)
    assert found == expected


def test_staging_describes_columns_as_their_seeds_do(
    manifest: dict[str, Any], seeds: dict[str, dict[str, Any]]
) -> None:
    """In the same words."""
    different = []
    for name, seed in seeds.items():
        staged = descriptions(manifest["nodes"][f"model.ratebook.stg_{name}"])
        left_out = COMMON if "version" in seed["columns"] else ()
        different += [
            f"{name}.{column}: {description!r}, staging: {staged.get(column)!r}"
            for column, description in descriptions(seed).items()
            if column not in left_out and staged.get(column) != description
        ]
    assert different == []


def test_required_columns_say_so(
    manifest: dict[str, Any], inputs: dict[str, Input], seeds: dict[str, dict[str, Any]]
) -> None:
    """And no others."""
    nodes = seeds | {WITHOUT_SEED: manifest["nodes"][f"model.ratebook.stg_{WITHOUT_SEED}"]}
    different = [
        f"{name}.{column}: {text!r}"
        for name, node in nodes.items()
        for column, text in descriptions(node).items()
        if ("Required." in text) != (column in inputs[name].required)
    ]
    assert different == []


def documented(inputs: dict[str, Input]) -> Iterator[tuple[str, Cell]]:
    """Return what the tables of docs/inputs.md say, with the input."""
    heading, name = "", None
    for line in DOCUMENTATION.read_text(encoding="utf-8").splitlines():
        header = HEADER.fullmatch(line)
        if line.startswith("##"):
            heading = line.removeprefix("###").strip()
        elif header:
            # A table under its own heading calls its first column so.
            name = heading if header[1] == "column" else header[1]
        elif not line.startswith("|"):
            name = None
        elif name in inputs and not line.startswith("|---"):
            columns, types, *_ = (cell.strip() for cell in line.split("|")[1:])
            for cell in cells(columns, types, list(inputs[name].columns)):
                yield name, cell


def cells(columns: str, types: str, order: list[str]) -> Iterator[Cell]:
    """Return the columns that a row of a table names, one or several, by their names or a range."""
    names = re.sub(r"^the columns | of \w+$", "", columns).split(", ")
    kinds = types.split(", ")
    if types in TYPES or len(kinds) != len(names):
        kinds = [types] * len(names)
    for name, kind in zip(names, kinds, strict=True):
        first, _, last = name.replace("*", "").partition(" to ")
        for column in order[order.index(first) : order.index(last or first) + 1]:
            yield Cell(column, kind, name.startswith("**"))


def test_documentation_has_the_columns(inputs: dict[str, Input]) -> None:
    """Each once, the required ones bold; the common columns have a table of their own."""
    found = Counter((name, cell.column, cell.is_required) for name, cell in documented(inputs))
    expected = Counter(
        (name, column, column in one.required)
        for name, one in inputs.items()
        for column in one.columns
        if column not in COMMON or "version" not in one.columns
    )
    assert (found - expected, expected - found) == (Counter(), Counter())


def test_documentation_has_the_types(inputs: dict[str, Input]) -> None:
    """Where a table says how a column is read, and does not point to another input."""
    said = [(name, cell) for name, cell in documented(inputs) if cell.type in TYPES]
    wrong = [
        f"{name}.{cell.column}: {cell.type}, not {inputs[name].columns[cell.column]}"
        for name, cell in said
        if TYPES[cell.type] != inputs[name].columns[cell.column]
    ]
    assert wrong == []
    assert len(said) > 100
    others = {cell.type for _, cell in documented(inputs)} - TYPES.keys()
    assert [kind for kind in others if kind and not kind.startswith("as in ")] == []


def test_readme_has_the_required_columns(inputs: dict[str, Input]) -> None:
    """Of the inputs of the core, in the table of the README."""
    _, _, table = (ROOT / "README.md").read_text(encoding="utf-8").partition(README_HEADER)
    rows = re.findall(r"^\| `(\w+)` \| [^|]* \| ([^|]*) \|$", table.partition("\n\n")[0], re.M)
    assert {name: set(columns.split(", ")) for name, columns in rows} == {
        name: one.required for name, one in inputs.items() if not one.feature
    }
