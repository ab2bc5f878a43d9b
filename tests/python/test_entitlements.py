"""Entitlements: the case study by hand, a clean set, and random grants again in Python."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from conftest import RANDOM_BATCHES, Warehouse
from input_tables import Builder, Inputs, Row, combined, event, row, utc

AS_OF = "2024-06-15"


def discrepancies_of(warehouse: Warehouse, customer_id: str) -> list[tuple[Any, ...]]:
    """Return what is wrong for a customer, in time order."""
    return warehouse.rows(
        """
        select kind, effective_at, ineffective_at, owed_quantity, granted_quantity
        from ratebook.entitlement_discrepancies where customer_id = ?
        order by product_uid, effective_at
        """,
        [customer_id],
    )


@pytest.mark.parametrize(
    ("customer_id", "expected"),
    [
        # Its contract price makes 12 of the 5 seats in the book, from the first day on.
        (
            "launchpad",
            [("WRONG_QUANTITY", utc("2024-01-15"), utc("2024-01-17 09:00"), 12, 5)],
        ),
        ("two_hats", [("LATE", utc("2024-04-01"), utc("2024-04-02 14:30"), 5, None)]),
        ("ghost_writers", [("NOT_GRANTED", utc("2024-05-01"), None, 5, None)]),
        ("patchwork", [("NOT_OWED", utc("2024-04-01 08:00"), utc("2024-05-01 08:00"), None, 3)]),
        # Paid at 08:12, for all of the day; the next plan has no seats.
        ("paper_lantern", [("LATE", utc("2024-03-01"), utc("2024-03-01 08:12:36"), 3, None)]),
        # Nobody is ever granted what it has.
        ("sunset", []),
    ],
)
def test_discrepancies_of_the_case_study(
    case_study: Warehouse, customer_id: str, expected: list[tuple[Any, ...]]
) -> None:
    """One customer for each kind."""
    assert discrepancies_of(case_study, customer_id) == expected


def test_onboarding_times_of_the_case_study(case_study: Warehouse) -> None:
    """10 January 09:00 to 15 January: 111 hours. 26 March 15:00 to 2 April 14:30: 167.5.

    Four more contracts, of which one was a quote, wait, and so do three on marketplaces; the order
    had its seats after 36 seconds.
    """
    rows = case_study.rows("select * from ratebook.onboarding_times order by channel")
    short, long = Decimal(111), Decimal("167.5")
    moment = Decimal("0.01")
    assert rows == [
        ("DIRECT", 6, 2, short, long, short + long),
        ("MARKETPLACE", 3, 0, None, None, None),
        ("SELF_SERVE", 1, 1, moment, moment, moment),
    ]


# A clean set


def product(name: str, **cells: str) -> Row:
    """Return a metered product, counted."""
    return row(name, name=name, **cells)


CLEAN: Inputs = {
    "customers": [row("berlin", billing_timezone="Europe/Berlin"), row("plain")],
    "products": [
        product("seats", ptype="FIXED"),
        product("calls", ptype="EVENT", event_name="call"),
        product("bytes", ptype="EVENT", event_name="byte"),
    ],
    "pricebooks": [row("book", currency="USD")],
    "list_prices": [
        row("seats", pricebook_uid="book", product_uid="seats", price="10", fixed_quantity="5"),
        row("calls", pricebook_uid="book", product_uid="calls", price="1", free_quantity="100"),
        row("bytes", pricebook_uid="book", product_uid="bytes", price="1"),
    ],
    "contracts": [
        row(
            name,
            customer_id=name,
            pricebook_id="book",
            started_at="2024-05-01",
            ended_at="2024-07-01",
        )
        for name in ("berlin", "plain")
    ],
    # More seats from June on.
    "contract_prices": [
        row(
            "more",
            contract_id="plain",
            list_price_uid="seats",
            fixed_quantity="8",
            started_at="2024-06-01",
        )
    ],
    "usage_events": [
        event(f"e{day}", "plain", f"2024-{day}T12:00:00Z", name="call")
        for day in ("05-31", "06-01", "06-02", "06-20")
    ],
}
CLEAN_GRANTS = [
    # Midnight of 1 May in Berlin.
    ("berlin", "seats", "5", "2024-04-30T22:00:00Z", None),
    ("berlin", "calls", "100", "2024-04-30T22:00:00Z", None),
    ("berlin", "bytes", None, "2024-04-30T22:00:00Z", None),
    ("plain", "seats", "5", "2024-05-01", None),
    ("plain", "seats", "3", "2024-06-01T02:00:00+02:00", None),
    ("plain", "calls", None, "2024-05-01", None),
    ("plain", "bytes", "7", "2024-05-01", None),
]


def grants(cells: list[tuple[str | None, ...]]) -> Inputs:
    """Return rows of entitlement_grants."""
    names = ("customer_id", "product_uid", "quantity", "granted_at", "revoked_at")
    return {
        "entitlement_grants": [
            {"id": f"g{number:03}", **dict(zip(names, one, strict=True))}
            for number, one in enumerate(cells)
        ]
    }


def test_clean_set(build: Builder) -> None:
    """Nothing is reported where each grant is what is owed, to the instant."""
    warehouse = build(
        combined(CLEAN, grants(CLEAN_GRANTS)),
        as_of=AS_OF,
        models=(
            "entitlements",
            "entitlement_discrepancies",
            "onboarding_times",
            "pricing_exceptions",
        ),
    )
    assert warehouse.rows("select * from ratebook.entitlement_discrepancies") == []
    assert warehouse.rows("select * from ratebook.pricing_exceptions") == []
    entitlements = warehouse.rows(
        """
        select product_uid, effective_at, ineffective_at, quantity, used_quantity, left_quantity
        from ratebook.entitlements where customer_id = 'plain' order by product_uid, effective_at
        """
    )
    start, end, june = utc("2024-05-01"), utc("2024-07-01"), utc("2024-06-01")
    assert entitlements == [
        ("bytes", start, end, None, 0, None),
        # Three of the calls are June's: 97 of 100 are left.
        ("calls", start, end, 100, 3, 97),
        ("seats", start, june, 5, None, None),
        ("seats", june, end, 8, None, None),
    ]


# Random grants


@dataclass(frozen=True)
class Window:
    """How much of something, from when to when; no quantity is not counted."""

    start: datetime
    end: datetime
    quantity: Decimal | None

    def holds_at(self, instant: datetime) -> bool:
        """Tell whether it holds."""
        return self.start <= instant < self.end


def random_windows(rng: random.Random, count: int, quantities: list[int | None]) -> list[Window]:
    """Return windows of whole days of 2024, some of which are still open at the as-of instant."""
    windows = []
    for _ in range(count):
        start = utc("2024-01-01") + timedelta(days=rng.randint(0, 120))
        end = start + timedelta(days=rng.randint(1, 90))
        quantity = rng.choice(quantities)
        windows.append(Window(start, end, None if quantity is None else Decimal(quantity)))
    return windows


def total(windows: list[Window], instant: datetime) -> tuple[bool, Decimal | None]:
    """Return whether any window holds, and what those that do add up to, if all are counted."""
    holding = [one.quantity for one in windows if one.holds_at(instant)]
    known = [quantity for quantity in holding if quantity is not None]
    return bool(holding), sum(known, Decimal(0)) if len(known) == len(holding) else None


def kind_at(owed: list[Window], granted: list[Window], instant: datetime) -> str | None:
    """Return what is wrong at an instant; of what is missing not whether it comes late."""
    is_owed, owed_quantity = total(owed, instant)
    is_granted, granted_quantity = total(granted, instant)
    if is_owed and not is_granted:
        return "MISSING"
    if is_granted and not is_owed:
        return "NOT_OWED"
    if is_owed and granted_quantity is not None and owed_quantity != granted_quantity:
        return "WRONG_QUANTITY"
    return None


@pytest.mark.parametrize("seed", range(1, RANDOM_BATCHES + 1))
def test_random_grants(build: Builder, seed: int) -> None:
    """At each instant at which something changes, and just before it."""
    rng = random.Random(seed)
    names = [f"c{number:02}" for number in range(25)]
    owed = {name: random_windows(rng, rng.randint(0, 3), [1, 2, 5]) for name in names}
    granted = {name: random_windows(rng, rng.randint(0, 3), [1, 2, 5, None]) for name in names}
    ad_hoc = [
        row(
            f"{name}_{number}",
            contract_id=name,
            product_uid="seats",
            price="10",
            fixed_quantity=str(one.quantity),
            started_at=one.start.isoformat(),
            ended_at=one.end.isoformat(),
        )
        for name in names
        for number, one in enumerate(owed[name])
    ]
    cells = [
        (
            name,
            "seats",
            str(one.quantity) if one.quantity else None,
            one.start.isoformat(),
            one.end.isoformat(),
        )
        for name in names
        for one in granted[name]
    ]
    inputs: Inputs = {
        "customers": [row(name) for name in names],
        "products": [product("seats", ptype="FIXED")],
        "contracts": [
            row(name, customer_id=name, started_at="2023-01-01", ended_at="2025-01-01")
            for name in names
        ],
        "contract_prices": ad_hoc,
    }
    given = combined(inputs, grants(cells))
    warehouse = build(given, models=["entitlement_discrepancies"], as_of="2024-05-01")
    as_of, found_kinds = utc("2024-05-01"), set()
    for name in names:
        found = discrepancies_of(warehouse, name)
        found_kinds |= {kind for kind, *_ in found}
        changes = {time for one in owed[name] + granted[name] for time in (one.start, one.end)}
        for change in sorted(changes | {as_of}):
            for instant in (change - timedelta(microseconds=1), change):
                if instant > as_of:
                    continue
                kinds = [
                    "MISSING" if kind in ("LATE", "NOT_GRANTED") else kind
                    for kind, start, end, *_ in found
                    if start <= instant and (end is None or instant < end)
                ]
                expected = kind_at(owed[name], granted[name], instant)
                assert kinds == ([expected] if expected else []), (name, instant)
    assert found_kinds == {"LATE", "NOT_GRANTED", "NOT_OWED", "WRONG_QUANTITY"}
