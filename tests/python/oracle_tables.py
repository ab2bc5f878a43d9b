"""Inputs for tests of the oracle, as small as they can be, and what its marts say of them."""

from __future__ import annotations

import json
from decimal import Decimal

from oracle import compute

Row = dict[str, object]
Inputs = dict[str, list[Row]]
Marts = dict[str, list[Row]]

YEAR = {"started_at": "2024-01-01", "ended_at": "2025-01-01"}
IN_JANUARY = "2024-01-31T00:00:00Z"


def run(as_of: str, inputs: Inputs, **settings: str) -> Marts:
    """Compute the marts."""
    return compute(inputs, {"as_of": as_of, **settings})


def basic(price: str = "10", ptype: str = "FIXED", **changes: Row) -> Inputs:
    """Return a customer c1 whose contract k of 2024 has pricebook b, with one price of product p1.

    Changes to the only row of an input go by the input's name.
    """
    inputs: Inputs = {
        "customers": [{"id": "cu1", "durable_id": "c1", "name": "One"}],
        "products": [
            {
                "id": "p1",
                "name": "P",
                "ptype": ptype,
                "event_name": "e" if ptype == "EVENT" else None,
            }
        ],
        "pricebooks": [{"id": "b1", "durable_id": "b"}],
        "list_prices": [
            {
                "id": "l1",
                "durable_id": "ld1",
                "pricebook_uid": "b1",
                "product_uid": "p1",
                "price": price,
            }
        ],
        "contracts": [
            {"id": "k1", "durable_id": "k", "customer_id": "c1", "pricebook_id": "b", **YEAR}
        ],
    }
    for name, cells in changes.items():
        inputs[name][0].update(cells)
    return inputs


def amended(price: str = "20", ptype: str = "EVENT", **changes: Row) -> Inputs:
    """Return the basic inputs with an amendment of the payment terms on 15 January."""
    inputs = basic(price, ptype, **changes)
    amendment = {"id": "k2", "effective_at": "2024-01-15", "payment_terms_days": "30"}
    inputs["contracts"].append({**inputs["contracts"][0], **amendment})
    return inputs


def event(transaction_id: str, metered_at: str, **cells: object) -> Row:
    """Return an event `e` of customer c1; other cells but the known columns are properties."""
    columns = ("customer_id", "customer_alias", "received_at", "properties")
    row: Row = {"transaction_id": transaction_id, "metered_at": metered_at, "customer_id": "c1"}
    row["properties"] = json.dumps(
        {"name": "e", **{key: value for key, value in cells.items() if key not in columns}}
    )
    return {**row, **{key: value for key, value in cells.items() if key in columns}}


def override(price_id: str, **cells: str) -> Row:
    """Return an override of list price l1 on the contract."""
    return {"id": price_id, "contract_id": "k", "list_price_uid": "l1", **cells}


def amounts(marts: Marts, **where: object) -> list[Decimal]:
    """Return the amounts of some lines, in order of time."""
    rows = [r for r in marts["line_items"] if all(r[k] == v for k, v in where.items())]
    rows.sort(key=lambda row: (row["effective_at"], row["line_type"] == "minimum_true_up"))
    return [row["amount"] for row in rows]


def outcomes(marts: Marts) -> list[str]:
    """Return the outcomes, in the order of the events."""
    return [row["outcome"] for row in marts["usage_event_outcomes"]]


def reasons(marts: Marts) -> list[tuple[str, str]]:
    """Return which rows are reported, and why."""
    return sorted((row["id"], row["reason"]) for row in marts["pricing_exceptions"])


def decimals(*texts: str) -> list[Decimal]:
    """Return some amounts."""
    return [Decimal(text) for text in texts]
