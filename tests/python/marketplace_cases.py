"""Random agreements on marketplaces, and what was sent of their usage: inputs for comparisons.

    look = history(seed)[-1]        look.inputs, look.usage, look.records, look.as_of

A case is a few agreements with usage over three days around the end of a month. Its history replays
those days: at some instants a part of what was pending then is sent, and some of it is answered.
Ids begin with the seed: cases with the same `last_look` can stand together in one warehouse.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from marketplace_oracle import (
    HOUR,
    STATES,
    MeteringRecord,
    Usage,
    agreements,
    instant,
    marketplace,
    records,
)

if TYPE_CHECKING:
    from input_tables import Inputs, Row

Choice = TypeVar("Choice")
Cells = dict[str, str | None]

MARKETPLACES = ("AWS", "AZURE", "GOOGLE_CLOUD")
# The days of usage; a month ends in their middle.
BEGIN, END = datetime(2024, 2, 28, 12), datetime(2024, 3, 2, 12)
# When a history ends, each seed with one of them: in the days, and after all last hours.
LAST_LOOKS = (
    datetime(2024, 3, 1),
    datetime(2024, 3, 1, 5, 30),
    # AWS has closed February.
    datetime(2024, 3, 1, 6, 30),
    datetime(2024, 3, 2, 12),
    datetime(2024, 3, 3, 3, 20),
    datetime(2024, 3, 5, 1),
)
FACTORS = (None, "1", "0.001", "7", "1000", "3600")
QUANTITIES = (
    *("1", "1", "3", "12", "250", "1000", "8000", "0.4", "0.4", "2.5", "1e3"),
    *("-1", "-4", "-0.5", "-800", "0", "0.000000000001", "1234.567890123456", "99999.999999"),
)
# Of a dimension of one unit or less more than one record can tell.
HUGE_QUANTITY = "3000000000"
UNKNOWN = ("SomethingNew", "approved")
# How the notifications of an agreement follow each other: the state, and the hours at which it
# comes, counted from BEGIN.
SCRIPTS: tuple[Sequence[tuple[str, int, int]], ...] = (
    [],
    [("NONE", -300, 40)],
    [("PENDING", -300, 20)],
    [("PENDING", -300, 20), ("FAILED", 20, 40)],
    [("ACTIVE", -300, -200)],
    [("PENDING", -300, -200), ("ACTIVE", -199, -100)],
    [("PENDING", -300, 0), ("ACTIVE", 1, 40)],
    [("ACTIVE", -300, -200), ("SUSPENDED", -20, 60)],
    [("ACTIVE", -300, -200), ("SUSPENDED", 0, 20), ("ACTIVE", 21, 60)],
    [("ACTIVE", -300, -200), ("SUSPENDED", 0, 30), ("ENDED", 31, 60)],
    [("ACTIVE", -300, 10), ("CLOSING", 11, 60)],
    [("ACTIVE", -300, 10), ("CLOSING", 11, 40), ("ENDED", 41, 60)],
    [("ACTIVE", -300, 10), ("CLOSING", 11, 40), ("ACTIVE", 41, 60)],
    [("ACTIVE", -300, 10), ("ENDED", 11, 60)],
    [("ACTIVE", -300, 10), ("ENDED", 11, 40), ("ACTIVE", 40, 60)],
    [("ACTIVE", -300, 10), ("PENDING", 11, 60)],
    [("ENDED", 0, 30), ("ACTIVE", 31, 60)],
    [("SUSPENDED", 0, 30)],
)


class Look(NamedTuple):
    """What is known at an instant, and what is to be told then."""

    as_of: datetime
    inputs: Inputs
    usage: list[Usage]
    records: list[MeteringRecord]


def iso(time: datetime) -> str:
    """Return the text of an instant."""
    return f"{time.isoformat()}Z"


class CaseMaker:
    """Makes a case, of which nothing has been sent yet."""

    def __init__(self, seed: int) -> None:
        """Begin with nothing."""
        self.rng = random.Random(seed)
        self.prefix = f"m{seed}_"
        self.inputs: dict[str, list[Cells]] = {}
        self.count = 0

    def pick(self, *choices: Choice) -> Choice:
        """Return one of several."""
        return self.rng.choice(choices)

    def chance(self, probability: float) -> bool:
        """Return whether it happens."""
        return self.rng.random() < probability

    def fresh(self, kind: str) -> str:
        """Return a new id; their order is not that in which they are made."""
        self.count += 1
        return f"{self.prefix}{kind}{self.rng.randrange(100):02}_{self.count}"

    def add(self, table: str, **cells: str | None) -> Cells:
        """Add a row with an id of its own, unless it has one."""
        row: Cells = {"id": self.fresh(table[0]), **cells}
        self.inputs.setdefault(table, []).append(row)
        return row

    def time(self, first: float, last: float) -> datetime:
        """Return an instant between two, in hours from BEGIN: often on the hour."""
        hours = HOUR * self.rng.uniform(first, last)
        time = BEGIN + timedelta(seconds=int(hours.total_seconds()))
        return time.replace(minute=0, second=0) if self.chance(0.3) else time

    def make(self) -> Inputs:
        """Return the rows of all inputs."""
        self.partner = self.add(
            "partners", durable_id=self.fresh("partner"), name="Market", kind="MARKETPLACE"
        )
        self.add("partner_shares", partner_id=self.partner["durable_id"], share_percent="3")
        for _ in range(self.rng.randint(1, 6)):
            self.agreement()
        return self.inputs

    def agreement(self) -> None:
        """Add an agreement with all that hangs on it."""
        place, customer = self.pick(*MARKETPLACES), self.fresh("customer")
        self.add("customers", id=customer, durable_id=customer, name=customer)
        book = self.fresh("book")
        self.add("pricebooks", id=book, durable_id=book, name=book, currency="USD")
        listing = self.fresh("listing")
        products = [
            self.dimension(place, listing, book, f"dimension{number}")
            for number in range(self.rng.randint(1, 3))
        ]
        start = self.time(-600, -48) if self.chance(0.8) else self.time(-4, 40)
        end = self.pick(None, None, self.time(45, 70), self.time(80, 900))
        cells: Cells = {
            "durable_id": self.fresh("agreement"),
            "marketplace": place,
            "listing_id": listing,
            "customer_id": customer,
            "buyer_id": self.fresh("buyer"),
            "resource_id": self.fresh("resource") if place != "GOOGLE_CLOUD" else None,
            "plan_id": "plan" if place == "AZURE" else None,
            "pricebook_id": book,
            "partner_id": self.partner["durable_id"] if self.chance(0.5) else None,
            "signed_at": iso(start - timedelta(days=2)),
            "started_at": iso(start),
            "ended_at": iso(end) if end else None,
            "auto_renew": self.pick(None, "false", "true") if end else None,
            "renewal_term_months": "1" if end else None,
        }
        if self.chance(0.2):
            cells["offer_id"] = self.private_offer(book)
        self.add("marketplace_agreements", **cells)
        self.notifications(cells["durable_id"], place)
        if self.chance(0.2):
            self.amend(cells, book, max(start, self.time(-40, 40)))
        if self.chance(0.25):
            self.replace(cells, book, max(start, self.time(0, 60)))
        self.usage(customer, products)

    def dimension(self, place: str, listing: str, book: str, name: str) -> Cells:
        """Add a product, its list price and its dimension; return the product."""
        product = self.fresh("product")
        is_count = self.chance(0.25)
        row = self.add(
            "products",
            id=product,
            name=product,
            ptype="EVENT",
            event_name=f"event {product}",
            agg_property=None if is_count else "size",
            aggregation=self.pick(None, "COUNT" if is_count else "SUM"),
        )
        self.add(
            "list_prices",
            id=f"{product}_price",
            durable_id=f"{product}_price",
            pricebook_uid=book,
            product_uid=product,
            price=self.pick("0.5", "0.01", "1", "0.0003"),
        )
        self.add(
            "marketplace_listings",
            marketplace=place,
            listing_id=listing,
            dimension=name,
            product_uid=product,
            unit_factor=self.pick(*FACTORS),
            whole_quantities=self.pick(None, None, "true", "false"),
            late_usage=self.pick(None, None, "LISTED", "NEXT_HOUR"),
        )
        return row

    def private_offer(self, book: str) -> str:
        """Add a private offer of a pricebook, with some prices of its own."""
        offer = self.fresh("offer")
        self.add("marketplace_private_offers", durable_id=offer, pricebook_id=book)
        for price in self.inputs["list_prices"]:
            if price["pricebook_uid"] == book and self.chance(0.6):
                self.add(
                    "marketplace_private_offer_prices",
                    offer_id=offer,
                    list_price_uid=price["id"],
                    **self.pick({"price": "0.2"}, {"discount_percent": "12.5"}),
                )
        return offer

    def amend(self, cells: Cells, book: str, effective_at: datetime) -> None:
        """Add an amendment: a private offer takes the place of the public one."""
        amendment = {**cells, "offer_id": self.private_offer(book)}
        self.add("marketplace_agreements", **amendment, effective_at=iso(effective_at))

    def replace(self, cells: Cells, book: str, start: datetime) -> None:
        """Add an agreement that takes the place of another one."""
        agreement = self.fresh("agreement")
        own = {
            "durable_id": agreement,
            "replaces_agreement_id": cells["durable_id"],
            "offer_id": self.private_offer(book),
            "started_at": iso(start),
            "ended_at": None,
            "auto_renew": None,
        }
        self.add("marketplace_agreements", **{**cells, **own})
        self.notifications(agreement, cells["marketplace"])

    def notifications(self, agreement: str, place: str) -> None:
        """Add what a marketplace says of an agreement, in an order that may make no sense."""
        known = marketplace(place).notifications
        script = list(self.pick(*SCRIPTS))
        if self.chance(0.15):
            script = [
                (self.pick(*STATES), -300, self.pick(0, 60)) for _ in range(self.rng.randint(1, 5))
            ]
        if self.chance(0.3):
            script.append(("NONE", -300, 60))
        occurred_at = None
        for state, first, last in script:
            names = [name for name, (value, _) in known.items() if value == state] or UNKNOWN
            # Some at one instant with the one before.
            if occurred_at is None or not self.chance(0.05):
                occurred_at = self.time(first, last)
            self.add(
                "marketplace_notifications",
                agreement_id=agreement,
                notification=self.pick(*names),
                occurred_at=iso(occurred_at),
            )

    def usage(self, customer: str, products: list[Cells]) -> None:
        """Add the events of a customer, some of them received more than once."""
        for product in products:
            for _ in range(self.pick(3, 15, 40)):
                row = self.event(customer, product)
                if self.chance(0.06):
                    again = self.event(customer, product)
                    again["transaction_id"] = row["transaction_id"]

    def event(self, customer: str, product: Cells) -> Cells:
        """Add an event."""
        metered_at = self.time(-6, 72)
        received_at = metered_at + self.pick(
            *[timedelta(0)] * 4,
            *[timedelta(minutes=self.rng.randint(1, 50))] * 4,
            *[timedelta(seconds=self.rng.randint(3600, 9 * 3600))] * 2,
            timedelta(hours=self.rng.choice((6, 24))),
            timedelta(seconds=self.rng.randint(9 * 3600, 60 * 3600)),
        )
        size = HUGE_QUANTITY if self.chance(0.003) else self.pick(*QUANTITIES)
        is_empty = received_at == metered_at and self.chance(0.5)
        row: Cells = {
            "transaction_id": self.fresh("transaction"),
            "customer_id": customer,
            "properties": json.dumps({"name": product["event_name"], "size": size}),
            "metered_at": iso(metered_at),
            "received_at": None if is_empty else iso(received_at),
        }
        self.inputs.setdefault("usage_events", []).append(row)
        return row


def case(seed: int) -> Inputs:
    """Return a random case, of which nothing has been sent yet."""
    return CaseMaker(seed).make()


# What is known when


def received_at(event: Row) -> datetime:
    """Return when an event arrived."""
    return instant(event["received_at"] or event["metered_at"])


def known(inputs: Inputs, as_of: datetime) -> Inputs:
    """Return what has been received by an instant."""
    times = {
        "marketplace_notifications": "occurred_at",
        "marketplace_sent_records": "sent_at",
        "marketplace_record_results": "returned_at",
    }
    found = dict(inputs)
    for table, column in times.items():
        found[table] = [row for row in inputs.get(table, []) if instant(row[column]) <= as_of]
    found["usage_events"] = [
        event for event in inputs.get("usage_events", []) if received_at(event) <= as_of
    ]
    return found


def first_arrivals(events: Iterable[Row]) -> list[Row]:
    """Return the first arrival of each transaction."""
    found: dict[str, Row] = {}
    for event in sorted(
        events,
        key=lambda one: (received_at(one), instant(one["metered_at"]), one["properties"]),
    ):
        found.setdefault(event["transaction_id"], event)
    return list(found.values())


def rated_usage(inputs: Inputs, as_of: datetime) -> list[Usage]:
    """Return which usage the contracts of agreements rate.

    As simple as these cases are: events are well-formed, an event name is one product, and a
    pricebook sells what its listing meters.
    """
    products = {row["event_name"]: row for row in inputs.get("products", [])}
    contracts = [one for one in agreements(inputs, as_of).values() if one.has_contract]
    customers = {
        row["durable_id"]: row["customer_id"] for row in inputs.get("marketplace_agreements", [])
    }
    sold = {
        (row["marketplace"], row["listing_id"], row["product_uid"])
        for row in inputs.get("marketplace_listings", [])
    }
    found = []
    for event in first_arrivals(inputs.get("usage_events", [])):
        properties, metered_at = json.loads(event["properties"]), instant(event["metered_at"])
        product = products[properties["name"]]
        size = Decimal(properties[product["agg_property"]] if product["agg_property"] else 1)
        for contract in contracts:
            offer = contract.marketplace_name, contract.listing_id, product["id"]
            is_customers = customers[contract.agreement_id] == event["customer_id"]
            if is_customers and offer in sold and contract.start <= metered_at < contract.end:
                found.append(
                    Usage(
                        agreement_id=contract.agreement_id,
                        product_uid=product["id"],
                        metered_at=metered_at,
                        received_at=received_at(event),
                        quantity=size,
                    )
                )
    return found


def look(inputs: Inputs, as_of: datetime) -> Look:
    """Return what is known, and what is to be told, at an instant."""
    seen = known(inputs, as_of)
    usage = rated_usage(seen, as_of)
    return Look(as_of, seen, usage, records(seen, usage, as_of))


# What is sent, and what is answered


def record_id(record: MeteringRecord) -> str:
    """Return an id that is the same whenever the key is sent."""
    return f"{record.agreement_id}|{record.dimension}|{iso(record.metered_hour)}"


def sent_row(record: MeteringRecord, as_of: datetime, has_product_quantity: bool) -> Row:
    """Return the row of a record that is sent now."""
    return {
        "id": record_id(record),
        "agreement_id": record.agreement_id,
        "dimension": record.dimension,
        "metered_hour": iso(record.metered_hour),
        "quantity": f"{record.quantity:f}",
        "product_quantity": f"{record.product_quantity:f}" if has_product_quantity else None,
        "batch_id": f"batch {iso(as_of)}",
        "sent_at": iso(as_of),
    }


def result_row(
    rng: random.Random, record: MeteringRecord, place: str, returned_at: datetime
) -> Row:
    """Return an answer to a record, now and then one that the marketplace never gives."""
    statuses: Mapping[str, str] = marketplace(place).statuses
    meanings = ["ACCEPTED"] * 6 + ["DUPLICATE", "EXPIRED", "REJECTED"] + ["UNPROCESSED"] * 3
    meanings.append("UNKNOWN")
    meaning = rng.choice(meanings)
    # AWS has no word for what came too late: it refuses the call.
    names = [name for name in statuses if statuses[name] == meaning] or list(statuses)
    status = rng.choice(names)
    accepted = None
    if meaning == "DUPLICATE":
        more = record.quantity + 2
        accepted = rng.choice([None, Decimal(0), Decimal(1), record.quantity, more])
    elif meaning == "ACCEPTED" and rng.random() < 0.3:
        accepted = rng.choice([record.quantity, Decimal(1)])
    return {
        "id": f"{record_id(record)} {rng.randrange(10**6)}",
        "record_id": record_id(record),
        "status": rng.choice(UNKNOWN) if rng.random() < 0.05 else status,
        "accepted_quantity": None if accepted is None else f"{accepted:f}",
        "returned_at": iso(returned_at),
    }


def instants(rng: random.Random, last: datetime) -> list[datetime]:
    """Return the instants of a history, in order."""
    found = set()
    for _ in range(rng.randint(2, 6)):
        time = BEGIN + timedelta(
            minutes=rng.randint(60, int((last - BEGIN) / timedelta(minutes=1)))
        )
        found.add(time.replace(minute=0) if rng.random() < 0.3 else time)
    return [*sorted(found - {last}), last]


def last_look(seed: int) -> datetime:
    """Return the instant at which a seed's history ends."""
    return LAST_LOOKS[seed % len(LAST_LOOKS)]


def history(seed: int) -> list[Look]:
    """Replay the days of a case: what was known and to be told at each instant, the last one last.

    After each look but the last, all or a part of what was pending is sent, and some of what has
    no answer is answered, at once or hours later.
    """
    inputs, rng = case(seed), random.Random(f"history {seed}")
    places = {
        row["durable_id"]: row["marketplace"] for row in inputs.get("marketplace_agreements", [])
    }
    sent: list[Row] = []
    results: list[Row] = []
    everything = {
        **inputs,
        "marketplace_sent_records": sent,
        "marketplace_record_results": results,
    }
    *before, last = instants(rng, last_look(seed))
    looks = []
    for as_of in before:
        now = look(everything, as_of)
        looks.append(now)
        sending, answering = rng.choice((1, 1, 0.6, 0.2)), rng.choice((1, 0.7, 0.3))
        for record in now.records:
            is_sent = record.state == "pending" and rng.random() < sending
            if is_sent:
                sent.append(sent_row(record, as_of, rng.random() < 0.5))
            if (is_sent or record.state == "sent") and rng.random() < answering:
                returned_at = as_of + rng.choice((0, 1, 1, 1, 300)) * timedelta(minutes=1)
                place = places[record.agreement_id]
                results.append(result_row(rng, record, place, returned_at))
    return [*looks, look(everything, last)]
