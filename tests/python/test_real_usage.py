"""Requests of a web server, rated: what each client owes, calculated a second time in Python.

RATEBOOK_REAL_USAGE names a file of usage events made from a real server's log. Without it, a small
invented one in the same shape stands in for it.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Warehouse
from input_tables import Builder, Inputs, row

SAMPLE = ROOT / "tests" / "fixtures" / "web_requests_sample.jsonl"

# A web server writes "-" for a response without a body.
NO_BYTES = "-"
CENT = Decimal("0.01")
REQUEST_PRICE = Decimal("0.004")
BYTE_PRICE = Decimal("0.0000000123")
PATH_PRICE = Decimal("0.0075")


@dataclass
class Client:
    """What the file says about one client address."""

    requests: int = 0
    total_bytes: int = 0
    events_with_bytes: int = 0
    paths: set[str] = field(default_factory=set)

    def lines(self) -> dict[str, tuple[Decimal, int, Decimal]]:
        """Return quantity, events and amount of each product."""
        quantities = {
            "requests": (Decimal(self.requests), self.requests, REQUEST_PRICE),
            "bytes": (Decimal(self.total_bytes), self.events_with_bytes, BYTE_PRICE),
            "paths": (Decimal(len(self.paths)), self.requests, PATH_PRICE),
        }
        return {
            product: (quantity, events, (quantity * price).quantize(CENT, ROUND_HALF_UP))
            for product, (quantity, events, price) in quantities.items()
        }


@pytest.fixture(scope="module")
def usage_file() -> Path:
    """Return the file of usage events."""
    return Path(os.environ.get("RATEBOOK_REAL_USAGE") or SAMPLE)


@pytest.fixture(scope="module")
def events(usage_file: Path) -> list[dict[str, Any]]:
    """Return the events of the file."""
    return [json.loads(line) for line in usage_file.read_text().splitlines()]


@pytest.fixture(scope="module")
def clients(events: list[dict[str, Any]]) -> dict[str, Client]:
    """Return what each client did."""
    found: dict[str, Client] = {}
    for one in events:
        client = found.setdefault(one["customer_alias"], Client())
        properties = one["properties"]
        client.requests += 1
        client.paths.add(properties["path"])
        if properties["bytes"] != NO_BYTES:
            client.total_bytes += properties["bytes"]
            client.events_with_bytes += 1
    return found


def month_of(events: list[dict[str, Any]]) -> tuple[datetime, datetime]:
    """Return start and end of the month in which all events happened."""
    months = {one["metered_at"][:7] for one in events}
    assert len(months) == 1, "the expected amounts are those of one billing period"
    start = datetime.fromisoformat(f"{months.pop()}-01").replace(tzinfo=UTC)
    return start, start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def price_of(product: str, price: Decimal) -> dict[str, str]:
    """Return the list price of a product."""
    return row(product, pricebook_uid="web", product_uid=product, price=f"{price:f}")


def inputs_for(addresses: list[str], start: datetime, end: datetime) -> Inputs:
    """Return a pricebook for web requests, and a customer and contract for each client."""
    term = {"started_at": start.isoformat(), "ended_at": end.isoformat()}
    metered = {"ptype": "EVENT", "event_name": "request"}
    return {
        "customers": [row(address) for address in addresses],
        "customer_aliases": [row(one, customer_id=one, alias=one) for one in addresses],
        "products": [
            row("requests", name="Requests", aggregation="COUNT", **metered),
            row("bytes", name="Bytes", aggregation="SUM", agg_property="bytes", **metered),
            row("paths", name="Paths", aggregation="UNIQUE_COUNT", agg_property="path", **metered),
        ],
        "pricebooks": [row("web")],
        "list_prices": [
            price_of("requests", REQUEST_PRICE),
            price_of("bytes", BYTE_PRICE),
            price_of("paths", PATH_PRICE),
        ],
        "contracts": [row(one, customer_id=one, pricebook_id="web", **term) for one in addresses],
    }


@pytest.fixture(scope="module")
def rated(
    build: Builder, usage_file: Path, events: list[dict[str, Any]], clients: dict[str, Client]
) -> Warehouse:
    """Return the requests, rated when their month is over."""
    start, end = month_of(events)
    inputs = inputs_for(list(clients), start, end)
    return build(
        inputs,
        as_of=end.isoformat(),
        usage_events=str(usage_file.resolve()),
        models=(
            "line_items",
            "invoices",
            "pricing_exceptions",
            "usage_event_exceptions",
            "usage_event_outcomes",
            "usage_outcome_counts",
        ),
    )


def test_each_event_has_one_outcome(rated: Warehouse, events: list[dict[str, Any]]) -> None:
    """All are rated: one that has no bytes is a request all the same."""
    outcomes = rated.rows("select transaction_id, outcome from ratebook.usage_event_outcomes")
    assert Counter(outcomes) == Counter((one["transaction_id"], "RATED") for one in events)


def test_outcomes_add_up_to_the_events(rated: Warehouse, events: list[dict[str, Any]]) -> None:
    """By day received, too."""
    counts = rated.rows(
        """
        select outcome, event_name, cast(received_date as varchar), event_count
        from ratebook.usage_outcome_counts
        """
    )
    days = Counter(one["received_at"][:10] for one in events)
    assert sorted(counts) == sorted(("RATED", "request", day, count) for day, count in days.items())


def test_events_without_bytes_are_reported(rated: Warehouse, events: list[dict[str, Any]]) -> None:
    """For the product that meters bytes, and as events that are rated otherwise."""
    without = [one["transaction_id"] for one in events if one["properties"]["bytes"] == NO_BYTES]
    assert without, "the file is there for these, too"
    reported = rated.rows(
        """
        select transaction_id, product_uid, reason, is_event_rated
        from ratebook.usage_event_exceptions
        """
    )
    assert sorted(reported) == sorted((one, "bytes", "BAD_QUANTITY", True) for one in without)


def test_lines(rated: Warehouse, clients: dict[str, Client]) -> None:
    """Every client owes for requests, bytes and paths what the file says."""
    rows = rated.rows(
        """
        select customer_id, product_uid, quantity, event_count, amount from ratebook.line_items
        """
    )
    lines = {(customer, product): tuple(cells) for customer, product, *cells in rows}
    assert len(lines) == len(rows)
    assert lines == {
        (address, product): line
        for address, client in clients.items()
        for product, line in client.lines().items()
    }


def test_invoices(rated: Warehouse, clients: dict[str, Client]) -> None:
    """One for each client, the sum of its rounded lines."""
    rows = rated.rows(
        "select customer_id, status, line_count, total from ratebook.invoices order by customer_id"
    )
    assert rows == [
        (address, "FINALIZED", 3, sum(amount for _, _, amount in client.lines().values()))
        for address, client in sorted(clients.items())
    ]


def test_nothing_is_wrong_with_the_prices(rated: Warehouse) -> None:
    """No client misses a line for want of a price."""
    assert rated.rows("select * from ratebook.pricing_exceptions") == []
