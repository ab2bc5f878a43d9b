"""Properties of usage are read together with its name if they can be: the amounts are the same.

These are up to eight, those of quantities before those of cells.

Each property has a product and a contract of its own, monthly in 2024: 1 per token in the cell of
the value v, 0.01 in the other. The events of January have 3 tokens with v; 5, 7 and 11 with null,
without the property and with another type of value: 3.00 and 23 x 0.01 = 0.23.
"""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from conftest import Warehouse
from input_tables import Builder, Inputs, Row, combined, event, row

AS_OF = "2024-02-01T06:00:00Z"
READ_AT_ONCE = ("model", "it's", "a.b", "$", "two words", "größe", "a[0]", "#")
# Nested, or with characters that are special in a path, or too many to be read with the name.
READ_ALONE = ("$.where.region", '$.where."main.zone"', 'say "so"', "back\\slash")
MANY = tuple(f"property_{number:02}" for number in range(10))
OWED = [("other", Decimal("0.23")), ("v", Decimal("3.00"))]


def properties_at(path: str, value: object) -> dict[str, object]:
    """Return the properties of an event with a value at a path."""
    return {
        "$.where.region": {"where": {"region": value}},
        '$.where."main.zone"': {"where": {"main.zone": value}},
    }.get(path, {path: value})


def inputs_of(name: str, path: str, tokens: str = "tokens") -> Inputs:
    """Return what is sold at a price by one property, and its usage."""

    def event_of(number: int, quantity: int, properties: dict[str, object]) -> Row:
        """Return an event of January."""
        nested = {"use": {"tokens": quantity}}
        used = nested if tokens == "$.use.tokens" else {tokens: quantity}
        at = f"2024-01-10T12:00:0{number}Z"
        return event(f"{name}-{number}", name, at, **{"name": name, **used, **properties})

    cells = {"v": ("1", {path: "v"}), "other": ("0.01", None)}
    return {
        "customers": [row(name)],
        "products": [
            row(
                name,
                name=name,
                ptype="EVENT",
                event_name=name,
                aggregation="SUM",
                agg_property=tokens,
            )
        ],
        "pricebooks": [row(name)],
        "list_prices": [row(name, pricebook_uid=name, product_uid=name)],
        "price_dimensions": [row(name, list_price_uid=name, position="1", property=path)],
        "price_cells": [
            {
                "id": f"{name}_{cell}",
                "list_price_uid": name,
                "cell_id": cell,
                "cell_values": json.dumps(values) if values else None,
                "price": price,
            }
            for cell, (price, values) in cells.items()
        ],
        "contracts": [row(name, customer_id=name, pricebook_id=name, started_at="2024-01-01")],
        "usage_events": [
            event_of(1, 3, properties_at(path, "v")),
            event_of(2, 5, properties_at(path, None)),
            event_of(3, 7, {}),
            event_of(4, 11, properties_at(path, ["v"])),
            {
                **event_of(5, 13, properties_at(path, "v")),
                "properties": f'{{"name": "{name}", "tok',
            },
        ],
    }


def lines_of(warehouse: Warehouse, contract_id: str) -> list[tuple[str, Decimal]]:
    """Return the cells and amounts of the lines of January."""
    return warehouse.rows(
        """
        select lines.cell_id, lines.amount
        from ratebook.line_items as lines
        inner join ratebook.invoices as invoices using (invoice_id)
        where lines.contract_id = $1 and invoices.nominal_start_date = '2024-01-01'
        order by lines.cell_id
        """,
        [contract_id],
    )


def inputs_without_cells(name: str) -> Inputs:
    """Return a customer, a product at one price, and one event."""
    inputs = inputs_of(name, "model", "$.use.tokens")
    prices = [row(name, pricebook_uid=name, product_uid=name, price="2")]
    kept = {key: inputs[key] for key in ("customers", "products", "pricebooks", "contracts")}
    return {**kept, "list_prices": prices, "usage_events": inputs["usage_events"][:1]}


def query_of_events(warehouse: Warehouse) -> str:
    """Return the query in which events are read."""
    query = "select sql from duckdb_views() where view_name = 'int_usage_events_first'"
    return str(warehouse.rows(query)[0][0])


MODELS = ("line_items", "invoices", "usage_event_exceptions")


@pytest.fixture(scope="module")
def read_with_name(build: Builder) -> Warehouse:
    """Return a build of eight properties that can be read at once; quantities are nested."""
    names = [
        inputs_of(f"case_{number}", path, "$.use.tokens")
        for number, path in enumerate(READ_AT_ONCE)
    ]
    return build(combined(*names, inputs_without_cells("other")), as_of=AS_OF, models=MODELS)


@pytest.fixture(scope="module")
def read_alone(build: Builder) -> Warehouse:
    """Return a build of some properties that are read with the name, and others that are not."""
    names = [
        inputs_of(f"case_{number}", path, "$.use.tokens" if number % 2 else "tokens")
        for number, path in enumerate((*READ_ALONE, *MANY))
    ]
    return build(combined(*names), as_of=AS_OF, models=MODELS)


@pytest.mark.parametrize(("number", "path"), enumerate(READ_AT_ONCE))
def test_properties_are_read_with_the_name(
    read_with_name: Warehouse, number: int, path: str
) -> None:
    """One call reads all, whatever their names; the event of another product costs 3 x 2."""
    assert lines_of(read_with_name, f"case_{number}") == OWED
    assert lines_of(read_with_name, "other") == [(None, Decimal("6.00"))]
    key_path = f'$."{path}"'.replace("'", "''")
    assert f"'{key_path}'" in query_of_events(read_with_name)


@pytest.mark.parametrize("number", range(len(READ_ALONE) + len(MANY)))
def test_other_properties_are_read_alone(read_alone: Warehouse, number: int) -> None:
    """The rest of a build is read at once."""
    assert lines_of(read_alone, f"case_{number}") == OWED


def test_at_most_eight_properties_are_read_at_once(read_alone: Warehouse) -> None:
    """Each event would be searched for the properties of all products."""
    query = query_of_events(read_alone)
    at_once = [path for path in ("tokens", *MANY) if f"'$.\"{path}\"'" in query]
    assert at_once == ["tokens", *MANY[:7]]


def test_malformed_properties_are_reported(read_with_name: Warehouse) -> None:
    """One event of each product with cells ends in the middle of a name."""
    reported = read_with_name.rows(
        "select reason, count(*) from ratebook.usage_event_exceptions group by reason"
    )
    assert reported == [("BAD_PROPERTIES", len(READ_AT_ONCE))]


def test_properties_read_for_other_cells_are_refused(
    read_with_name: Warehouse, tmp_path: Path
) -> None:
    """Nothing is put into wrong cells if events are read as for an earlier configuration."""
    copy = Warehouse(Path(shutil.copy(read_with_name.path, tmp_path)))
    totals = "select sum(cell_key) from ratebook_intermediate.int_usage_events_matched"
    assert copy.rows(totals) == [(len(READ_AT_ONCE),)]
    query = query_of_events(copy)
    with copy.writable() as connection:
        connection.execute(
            query.replace("CREATE VIEW", "create or replace view").replace("model", "other")
        )
    with pytest.raises(duckdb.Error, match="int_usage_events_first was built; build it again"):
        copy.rows(totals)


def test_cells_of_another_build_are_refused(read_with_name: Warehouse, tmp_path: Path) -> None:
    """Nothing is put into wrong cells if only some models are built again: no cell had two."""
    copy = Warehouse(Path(shutil.copy(read_with_name.path, tmp_path)))
    query = "select sum(cell_key) from ratebook_intermediate.int_usage_events_matched"
    # In each product one event of five has the value that a cell names.
    assert copy.rows(query) == [(len(READ_AT_ONCE),)]
    with copy.writable() as connection:
        paths = "update ratebook_intermediate.int_cell_set_paths set key_path_2 = '$.\"other\"'"
        connection.execute(paths)
    with pytest.raises(duckdb.Error, match="int_usage_events_measured was built; build it again"):
        copy.rows(query)
