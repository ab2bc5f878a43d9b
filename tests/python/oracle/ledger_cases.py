"""Random contracts, and what happens to them between closes.

    histories = History(seed, contracts=20)
    histories.inputs()   # the tables of now
    histories.go_on()    # something happens to about half of the contracts

Each contract has a pricebook and prices of its own; some have a customer in common. A few lines
are below zero.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random

Rows = list[dict[str, str | None]]
MONTHS = tuple(f"2024-{month:02}" for month in range(1, 13))
DAYS = ("05", "12", "20", "28")
SELLERS = ("alpine", "baltic")
KINDS = ("CANCEL", "REISSUE")
GROUPINGS = ("INVOICE", "CONTRACT", "CUSTOMER", "CUSTOMER")
HELD = (
    *(("2024-03-20", "2024-04-20"), ("2024-04-20", "2024-05-20"), ("2024-04-20", None)),
    *(("2024-03-01", "2024-05-03"), ("2024-05-03", "2024-07-01"), ("2024-07-01", "2024-07-02")),
)


@dataclass
class Contract:
    """A contract as its tables say it now."""

    name: str
    customer: str
    contract: dict[str, str]
    price: dict[str, str]
    usage: list[tuple[str, int]] = field(default_factory=list)
    extra: dict[str, str] | None = None
    override: dict[str, str] | None = None
    hold: dict[str, str] | None = None
    opening: list[dict[str, str]] = field(default_factory=list)


class History:
    """Contracts over time; the same seed gives the same ones."""

    def __init__(self, seed: int, contracts: int) -> None:
        """Begin some contracts."""
        self.random = Random(seed)
        self.customers = {
            f"u{number:03}": self.random.choice((*GROUPINGS, None))
            for number in range(contracts * 2 // 3)
        }
        self.corrections: dict[str, str] = {}
        self.contracts = [self.begin(f"c{number:03}") for number in range(contracts)]

    def begin(self, name: str) -> Contract:
        """Return a contract with a fee, or with usage."""
        random = self.random
        contract = {"started_at": random.choice(("2024-01-01", "2024-01-17", "2024-03-01"))}
        if random.random() < 0.2:
            contract["ended_at"] = random.choice(("2024-04-01", "2024-05-16"))
        price = {"price": str(random.randint(1, 60) * 5), "prorate": "true"}
        if random.random() < 0.5:
            price |= {"product_uid": "fee"}
            price["invoice_delivery"] = random.choice(("ARREARS", "ADVANCED"))
            price["invoice_schedule"] = random.choice(("1", "1", "3", "12"))
            price["billing_anchor"] = random.choice(("CALENDAR", "ANNIVERSARY"))
        else:
            price |= {"product_uid": "calls"}
            if random.random() < 0.4:
                price["minimum_amount"] = "500"
        found = Contract(name, random.choice([*self.customers]), contract, price)
        if random.random() < 0.5:
            contract["seller_id"] = random.choice(SELLERS)
        contract["payment_terms_days"] = random.choice(("0", "10", "30"))
        if random.random() < 0.5:
            contract["invoice_grouping"] = random.choice(GROUPINGS)
        if random.random() < 0.3:
            found.hold = self.hold(found)
        for _ in range(random.choice((0, 1, 3))):
            found.opening.append(self.opening(found))
        self.add_usage(found, MONTHS[:3])
        return found

    def add_usage(self, contract: Contract, months: tuple[str, ...]) -> None:
        """Add events of some months; they may arrive late."""
        for month in months:
            if self.random.random() < 0.6:
                day = f"{month}-{self.random.choice(DAYS)}"
                contract.usage.append((day, self.random.randint(0, 9)))

    def go_on(self) -> None:
        """Let something happen to about half of the contracts, and usage go on for all."""
        for contract in self.contracts:
            self.add_usage(contract, self.random.sample(MONTHS, 2))
            for _ in range(self.random.choice((0, 0, 1, 1, 2))):
                self.change(contract)

    def correct(self, numbers: list[str]) -> None:
        """Cancel some documents, or say them once more."""
        for number in self.random.sample(numbers, min(4, len(numbers))):
            self.corrections.setdefault(number, self.random.choice(KINDS))

    def change(self, contract: Contract) -> None:
        """Let one thing happen, or unhappen."""
        random, cells, price = self.random, contract.contract, contract.price
        match random.randrange(13):
            case 0 | 1:
                price["price"] = str(random.randint(1, 60) * 5)
            case 2:
                toggle(cells, "void", "true")
            case 3:
                toggle(cells, "prorate", "perhaps")
            case 4:
                toggle(cells, "ended_at", random.choice(("2024-03-01", "2024-04-10", "2024-06-01")))
            case 5 if price["product_uid"] == "fee":
                in_advance = price["invoice_delivery"] == "ADVANCED"
                price["invoice_delivery"] = "ARREARS" if in_advance else "ADVANCED"
            case 6:
                cells["seller_id"] = random.choice(SELLERS)
            case 7:
                # Below zero, it makes a document say less than its other lines.
                added = {"product_uid": "support", "price": str(random.randint(-20, 20) * 5)}
                delivery = price.get("invoice_delivery", "ARREARS")
                added |= {"invoice_delivery": delivery, "prorate": "true"}
                contract.extra = None if contract.extra else added
            case 8:
                toggle(cells, "payment_terms_kind", "END_OF_MONTH")
            case 9:
                start = f"{random.choice(MONTHS)}-{random.choice(DAYS)}"
                cut = {"discount_percent": str(random.choice((10, 50, 100))), "started_at": start}
                contract.override = None if contract.override else cut
            case 10:
                contract.hold = None if contract.hold else self.hold(contract)
            case 11:
                toggle(cells, "invoice_grouping", random.choice(GROUPINGS))
            case _:
                toggle(price, "price_months" if price["product_uid"] == "fee" else "price_per", "2")

    def hold(self, contract: Contract) -> dict[str, str]:
        """Return a hold of a contract or a customer, now or at another time."""
        random = self.random
        whose = random.choice(
            (
                {"contract_id": contract.name},
                {"customer_id": contract.customer},
                {"contract_id": contract.name, "customer_id": random.choice([*self.customers])},
            )
        )
        held_from, held_to = random.choice(HELD)
        return whose | {"held_from": held_from} | ({"held_to": held_to} if held_to else {})

    def opening(self, contract: Contract) -> dict[str, str]:
        """Return what another system has invoiced, on a document of the customer."""
        random = self.random
        day = contract.contract["started_at"][-2:]
        anchored = contract.price.get("billing_anchor") == "ANNIVERSARY"
        return {
            "contract_id": contract.name,
            "product_uid": contract.price["product_uid"],
            "line_type": "usage" if contract.price["product_uid"] == "calls" else "fixed",
            "nominal_start_date": f"{random.choice(MONTHS[:3])}-{day if anchored else '01'}",
            "document_number": f"{contract.customer}-{random.randint(1, 3)}",
            "net_amount": str(random.randint(-10, 60) * 5),
        }

    def inputs(self) -> dict[str, Rows]:
        """Return the tables of now."""
        tables: dict[str, Rows] = {
            "products": [
                {"id": "fee", "name": "Fee", "ptype": "FIXED"},
                {"id": "support", "name": "Support", "ptype": "FIXED"},
                {"id": "calls", "name": "Calls", "ptype": "EVENT", "event_name": "call"}
                | {"aggregation": "SUM", "agg_property": "calls"},
            ],
            "sellers": [
                {"id": name, "durable_id": name, "number_prefix": f"{name[0].upper()}-"}
                for name in SELLERS
            ],
            # Without a name of its own, a contract has its customer's seller.
            "customers": [
                {"id": name, "durable_id": name, "name": name.upper(), "seller_id": SELLERS[0]}
                | {"invoice_grouping": grouping}
                for name, grouping in self.customers.items()
            ],
            **{name: [] for name in ("pricebooks", "list_prices", "contracts", "contract_prices")},
            **{name: [] for name in ("invoice_holds", "ledger_opening", "usage_events")},
            "document_corrections": [
                {"id": number, "document_number": number, "kind": kind}
                for number, kind in self.corrections.items()
            ],
        }
        for one in self.contracts:
            name = one.name
            ids = {"id": name, "durable_id": name}
            tables["pricebooks"].append({**ids, "currency": "EUR"})
            tables["contracts"].append(
                {**ids, "customer_id": one.customer, "pricebook_id": name, **one.contract}
            )
            tables["list_prices"].append({"id": name, "pricebook_uid": name, **one.price})
            if one.extra:
                tables["list_prices"].append(
                    {"id": f"{name}_extra", "pricebook_uid": name, **one.extra}
                )
            if one.override:
                override = {"contract_id": name, "list_price_uid": name, **one.override}
                tables["contract_prices"].append({"id": f"{name}_override", **override})
            if one.hold:
                tables["invoice_holds"].append({"id": name, **one.hold})
            for number, said in enumerate(one.opening):
                tables["ledger_opening"].append({"id": f"{name}-{number}", **said})
            for number, (day, calls) in enumerate(one.usage):
                tables["usage_events"].append(
                    {
                        "transaction_id": f"{name}-{number}",
                        "customer_id": one.customer,
                        "properties": json.dumps({"name": "call", "calls": calls}),
                        "metered_at": f"{day}T12:00:00Z",
                    }
                )
        return tables


def toggle(cells: dict[str, str], name: str, value: str) -> None:
    """Set a cell, or empty it if it is set."""
    if cells.pop(name, None) is None:
        cells[name] = value
