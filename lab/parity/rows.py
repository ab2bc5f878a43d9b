"""Rows in the shape of ratebook's inputs, and the same rows in the shape of bframe's tables."""

from __future__ import annotations

import json
from collections.abc import Mapping

Row = Mapping[str, str | None]
Inputs = dict[str, list[Row]]
# A table and a row of it.
Item = tuple[str, Row]

# The default created_at of rows, and the branch of rows that are not on main.
WRITTEN_AT = "2024-01-01T00:00:00Z"
BRANCH = "what_if"
MAIN_ID, BRANCH_ID = 1, 2


def item(table: str, row_id: str, **cells: str | None) -> Item:
    """Return a row of a table; its durable_id is its id unless given."""
    return table, {"id": row_id, "durable_id": row_id, **cells}


def customer(row_id: str, **cells: str | None) -> Item:
    """Return a customer."""
    return item("customers", row_id, name=row_id.title(), **cells)


def alias(row_id: str, name: str, customer_id: str = "ann", **cells: str | None) -> Item:
    """Return a name by which usage refers to a customer."""
    return item("customer_aliases", row_id, customer_id=customer_id, alias=name, **cells)


def product(row_id: str, **cells: str | None) -> Item:
    """Return a product, by default a fee."""
    return item("products", row_id, **{"name": row_id.title(), "ptype": "FIXED", **cells})


def metered(row_id: str, event_name: str, agg_property: str | None = None) -> Item:
    """Return a product that counts events, or adds up a property of them."""
    aggregation = "SUM" if agg_property else "COUNT"
    meter = {"event_name": event_name, "agg_property": agg_property, "aggregation": aggregation}
    return product(row_id, ptype="EVENT", **meter)


def counted_if(**cells: str | None) -> Item:
    """Return a condition on the region of the events of the product `calls`."""
    return item("product_filters", "filter", product_uid="calls", property="region", **cells)


def pricebook(row_id: str = "book", **cells: str | None) -> Item:
    """Return a pricebook, by default monthly in arrears and not prorated."""
    terms = {"invoice_delivery": "ARREARS", "invoice_schedule": "1", "prorate": "false"}
    return item("pricebooks", row_id, **{"name": row_id.title(), **terms, **cells})


def list_price(product_uid: str, price: str, book: str = "book", **cells: str | None) -> Item:
    """Return the price of a product in a pricebook; its id combines both unless given."""
    own = {"pricebook_uid": book, "product_uid": product_uid, "price": price}
    return item("list_prices", **{"row_id": f"{book}_{product_uid}", **own, **cells})


def contract(start: str, end: str | None, row_id: str = "row_1", **cells: str | None) -> Item:
    """Return a contract of Ann's on the pricebook `book`, or an amendment of it."""
    parties = {"durable_id": "contract", "customer_id": "ann", "pricebook_id": "book"}
    dates = {"started_at": start, "ended_at": end, "effective_at": start}
    return item("contracts", row_id, **{**parties, **dates, **cells})


def amended(at: str, start: str, end: str | None, **cells: str | None) -> list[Item]:
    """Return a contract with an amendment, by default to the pricebook `other`."""
    later = {"pricebook_id": "other", "effective_at": at, **cells}
    return [contract(start, end, ineffective_at=at), contract(start, end, "row_2", **later)]


def override(price: str | None, row_id: str = "own", **cells: str | None) -> Item:
    """Return an override, by default of the fee of `book` on the contract row `row_1`."""
    of = {"contract_uid": "row_1", "list_price_uid": "book_fee"}
    return item("contract_prices", row_id, **{**of, "price": price, **cells})


def ad_hoc(price: str, row_id: str = "own", **cells: str | None) -> Item:
    """Return an ad hoc price, by default a monthly fee, not prorated."""
    terms = {"invoice_delivery": "ARREARS", "invoice_schedule": "1", "prorate": "false"}
    own = {"contract_uid": "row_1", "product_uid": "fee", "price": price}
    return item("contract_prices", row_id, **{**own, **terms, **cells})


def calls(*times: str, properties: Mapping[str, object] | None = None, **cells: str | None) -> list:
    """Return an event `call` of Ann's at each of the times."""
    return events("call", times, properties or {}, cells)


def transfers(size: object, *times: str) -> list[Item]:
    """Return an event `transfer` of Ann's at each of the times, of so many bytes."""
    return events("transfer", times, {} if size is None else {"bytes": size}, {})


def events(
    name: str, times: tuple[str, ...], properties: Mapping[str, object], cells: Row
) -> list[Item]:
    """Return an event of Ann's at each of the times, each with its own transaction_id."""
    text = json.dumps({"name": name, **properties})
    return [
        (
            "usage_events",
            {
                "transaction_id": f"{name} {number} {time} {text}",
                "customer_id": "ann",
                "properties": text,
                "metered_at": time,
                "received_at": time,
                **cells,
            },
        )
        for number, time in enumerate(times)
    ]


# Rows of every case, unless it has its own row of that id.
USUAL = (
    customer("ann"),
    product("fee"),
    metered("calls", "call"),
    metered("bytes", "transfer", "bytes"),
    pricebook(),
)


def inputs_of(items: list[Item]) -> Inputs:
    """Return items as inputs, with the usual rows that they do not replace."""
    own = {(table, row.get("id")) for table, row in items}
    inputs: Inputs = {}
    for table, row in [one for one in USUAL if (one[0], one[1]["id"]) not in own] + items:
        inputs.setdefault(table, []).append(row)
    return inputs


# In bframe's shape --------------------------------------------------------------------------------

# The table that a column refers to.
REFERENCES = {
    "product_uid": "products",
    "pricebook_uid": "pricebooks",
    "list_price_uid": "list_prices",
    "contract_uid": "contracts",
}
HAVE_DURABLE_IDS = {"customers", "pricebooks", "contracts"}


def bframe_tables(inputs: Inputs) -> dict[str, list[dict[str, object]]]:
    """Return inputs as rows of bframe's tables.

    There row ids are whole numbers; aliases are a list on the customer, whose row has the dates
    of the alias; filters are a list on the product; its one aggregation follows from agg_property.
    """
    numbers: dict[tuple[str, str], int] = {}

    def number(table: str, row_id: str) -> int:
        given = int(row_id) if row_id.isdigit() else len(numbers) + 1
        return numbers.setdefault((table, row_id), given)

    def cells_of(table: str, row: Row) -> dict[str, object]:
        cells: dict[str, object] = {"org_id": 1, "env_id": 1, "branch_id": MAIN_ID}
        if table != "usage_events":
            cells["created_at"] = WRITTEN_AT
        for column, cell in row.items():
            if cell is None or column == "aggregation":
                continue
            if column == "id":
                cells[column] = number(table, cell)
            elif column in REFERENCES:
                cells[column] = number(REFERENCES[column], cell)
            elif column == "branch":
                cells["branch_id"] = BRANCH_ID
            elif column != "durable_id" or table in HAVE_DURABLE_IDS:
                cells[column] = cell
        return cells

    tables = {
        "events" if table == "usage_events" else table: [cells_of(table, row) for row in rows]
        for table, rows in inputs.items()
    }
    for row in tables.pop("customer_aliases", []):
        dates = {name: row[name] for name in ("effective_at", "ineffective_at") if name in row}
        for one in tables["customers"]:
            if one["durable_id"] == row["customer_id"]:
                one |= {"ingest_aliases": json.dumps([row["alias"]]), **dates}
    for row in tables.pop("product_filters", []):
        condition = {
            "property": row["property"],
            "included_values": json.loads(str(row.get("included_values", "[]"))),
            "excluded_values": json.loads(str(row.get("excluded_values", "[]"))),
            "is_optional": row.get("is_optional") == "true",
        }
        for one in tables["products"]:
            if one["id"] == row["product_uid"]:
                one["filters"] = json.dumps([condition])
    return tables


def bframe_branch(inputs: Inputs) -> int:
    """Return the number of the branch to bill: main, unless a row is on the other."""
    on_branch = any(row.get("branch") for rows in inputs.values() for row in rows)
    return BRANCH_ID if on_branch else MAIN_ID
