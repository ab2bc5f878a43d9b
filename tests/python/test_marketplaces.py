"""Cloud marketplaces: agreements as contracts, and what a marketplace must be told."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from conftest import Warehouse
from input_tables import WITH_SEEDS, Builder, Inputs, Row, amounts_of, combined, event, reports, row, utc

# The fourth hour of 10 May is over, and none is closed anywhere.
AS_OF = "2024-05-10T04:00:00Z"
HOUR = "2024-05-10T{:02}:00:00Z"
IDS = {"AWS": "123456789012", "AZURE": "buyer", "GOOGLE_CLOUD": "project_number:1"}


def vendor(price: str = "0.05") -> Inputs:
    """Return a product that is counted by amount, and its public price."""
    return {
        "products": [row("p", name="Updates", ptype="EVENT", event_name="u", agg_property="n")],
        "pricebooks": [row("b", currency="USD")],
        "list_prices": [row("l", pricebook_uid="b", product_uid="p", price=price)],
    }


def listing(marketplace: str = "AWS", **cells: str | None) -> Inputs:
    """Return the dimension that meters the product."""
    terms = {"marketplace": marketplace, "listing_id": f"listing-{marketplace}", "dimension": "upd"}
    return {"marketplace_listings": [row(f"d-{marketplace}", **terms, product_uid="p", **cells)]}


def agreement(agreement_id: str = "a", marketplace: str = "AWS", **cells: str | None) -> Inputs:
    """Return an agreement for a year on the public offer, and its customer."""
    terms = {
        "marketplace": marketplace,
        "listing_id": f"listing-{marketplace}",
        "customer_id": f"customer-{agreement_id}",
        "buyer_id": IDS[marketplace],
        "resource_id": "5b1b6a0e-8a3c-4b62-9c1d-0e6f0f4f7a11" if marketplace == "AZURE" else None,
        "plan_id": "gold" if marketplace == "AZURE" else None,
        "pricebook_id": "b",
        "started_at": "2024-05-01",
        "ended_at": "2025-05-01",
    }
    return {
        "customers": [row(f"customer-{agreement_id}", billing_timezone="America/New_York")],
        "marketplace_agreements": [row(agreement_id, **(terms | cells))],
    }


def used(hours: Iterable[str], agreement_id: str = "a", day: str = "2024-05-10") -> Inputs:
    """Return usage of some hours: '0.4 -4' is 0.4 in the first, -4 in the second."""
    return {
        "usage_events": [
            event(
                f"{agreement_id}-{day}-{hour}",
                f"customer-{agreement_id}",
                f"{day}T{hour:02}:30:00Z",
                name="u",
                n=quantity,
            )
            for hour, quantity in enumerate(hours)
        ]
    }


def sent(hour: int, quantity: str, agreement_id: str = "a", **cells: str) -> Row:
    """Return a record that was sent when its hour was over."""
    sent_at = HOUR.format(hour + 1)
    key = {"agreement_id": agreement_id, "dimension": "upd", "metered_hour": HOUR.format(hour)}
    return {"id": f"r-{agreement_id}-{hour}", **key, "quantity": quantity, "sent_at": sent_at} | cells


def records(warehouse: Warehouse, agreement_id: str = "a") -> list[tuple[Any, ...]]:
    """Return hour, state and quantity of an agreement's records."""
    return warehouse.rows(
        """
        select hour(metered_hour), state, quantity from ratebook.marketplace_metering_records
        where agreement_id = ? order by metered_hour, dimension
        """,
        [agreement_id],
    )


def pending(*quantities: str | None) -> list[tuple[Any, ...]]:
    """Return the records that the hours of a day have to tell."""
    return [
        (hour, "pending", Decimal(quantity))
        for hour, quantity in enumerate(quantities)
        if quantity is not None
    ]


@pytest.mark.parametrize(
    ("usage", "told"),
    [
        # 0.4 + 0.4 + 0.4 = 1.2: 1, and 0.2 for later.
        ("0.4 0.4 0.4", [None, None, "1"]),
        # 10 - 4 = 6, then 1.
        ("10 -4 1", ["6", None, "1"]),
        ("3 5", ["3", "5"]),
        # -4 + 3 = -1: nothing yet; then 2.
        ("-4 3 3", [None, None, "2"]),
    ],
)
def test_what_open_hours_tell(build: Builder, usage: str, told: list[str | None]) -> None:
    """Whole units in hour order: what is less than one is carried, a correction lowers what is left."""
    inputs = combined(vendor(), listing(), agreement(), used(usage.split()))
    assert records(build(inputs, command=WITH_SEEDS, as_of=AS_OF)) == pending(*told)


def test_an_hour_that_was_sent_keeps_its_quantity(build: Builder) -> None:
    """Hour 0 was sent with 5, then 2 more came for it: they go with the next open hour."""
    inputs = combined(
        vendor(),
        listing(),
        agreement(),
        used(["7", "3"]),
        {"marketplace_sent_records": [sent(0, "5")]},
    )
    warehouse = build(inputs, command=WITH_SEEDS, as_of=AS_OF)
    assert records(warehouse) == [(0, "sent", 5), (1, "pending", 5)]
