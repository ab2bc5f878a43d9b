"""Usage events as they arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from oracle.cells import Json, UnparsableError, json_key, json_text, parse_json, parse_time
from oracle.inputs import RawRow
from oracle.zones import Zone


class Event:
    """A usage event, and what becomes of it."""

    def __init__(self, raw: RawRow, utc: Zone) -> None:
        """Read the cells; a received_at that does not parse is empty, and so is metered_at."""
        self.transaction_id = raw.get("transaction_id") or None
        self.customer_id = raw.get("customer_id") or None
        self.alias = raw.get("customer_alias") or None
        self.branch = raw.get("branch") or "main"
        self.metered = self.time(raw.get("metered_at"), utc)
        self.received = self.time(raw.get("received_at"), utc) or self.metered
        self.properties_text = raw.get("properties") or ""
        self.properties = self.json_object(self.properties_text)
        self.outcome: str | None = None
        # The customer that it is billed to.
        self.resolved: str | None = None
        # Its quantity for each product that it matches; None if bad.
        self.candidates: dict[str, Decimal | str | None] = {}
        # How far it got with each product.
        self.progress: dict[str, str] = {}
        self.contracts: set[str] = set()
        # The products that got as far as the outcome, and those whose quantity was bad.
        self.furthest: list[str] = []
        self.bad: list[str] = []

    @staticmethod
    def time(text: str | None, utc: Zone) -> datetime | None:
        """Read an instant."""
        try:
            return parse_time(text).instant(utc) if text else None
        except (UnparsableError, OverflowError):
            return None

    @staticmethod
    def json_object(text: str) -> dict[str, Json] | None:
        """Read a JSON object; anything else is none."""
        try:
            value = parse_json(text)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    def products_at(self, outcome: str) -> list[str]:
        """Return the products with which it got exactly so far."""
        return [product_id for product_id, reached in self.progress.items() if reached == outcome]

    @property
    def is_well_formed(self) -> bool:
        """Tell whether the event can be the first arrival of its transaction."""
        return None not in (self.metered, self.properties, self.transaction_id)

    @property
    def arrival(self) -> tuple[object, ...]:
        """Return what orders arrivals."""
        return (
            self.received,
            self.metered,
            # An arrival without one comes after those with it.
            (self.customer_id is None, self.customer_id or ""),
            (self.alias is None, self.alias or ""),
            self.properties_text,
        )

    @property
    def order(self) -> tuple[object, ...]:
        """Return what orders the events of a period."""
        return self.metered, self.received, self.transaction_id

    @property
    def content(self) -> tuple[object, ...]:
        """Return what a repeat must repeat: customer as written, instant, and JSON values."""
        return self.customer_id, self.alias, self.metered, json_key(self.properties)

    def raw_value(self, key: str) -> Json:
        """Return a property; a key as it is written wins over a path such as `$.a.b`."""
        if key in self.properties:
            return self.properties[key]
        if not key.startswith("$."):
            return None
        value: Json = self.properties
        for part in key[2:].split("."):
            if not isinstance(value, dict) or part not in value:
                return None
            value = value[part]
        return value

    def value(self, key: str) -> str | None:
        """Return the text of a property; None if it is missing or null."""
        return json_text(self.raw_value(key))


@dataclass
class Usage:
    """An event with its quantity for one product; of UNIQUE_COUNT, a text."""

    event: Event
    quantity: Decimal | str


@dataclass
class InCell:
    """What a span has in a cell: the values of its events in their order, and what they make."""

    values: list[Fraction]
    quantity: Fraction
    count: int
