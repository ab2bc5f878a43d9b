"""What random cases can have besides: prices by the event, and events for them."""

from __future__ import annotations

from datetime import date, timedelta

from oracle.cases import Cells
from oracle.charge_cases import ChargeCases
from oracle.inputs import COLUMNS

PERCENTS = ("2.9", "2.9", "1.5", "10", "100", "0", "0.0001", "-1", "33.3333333333", "29e-1")
FIXED = ("0.30", "0.30", "0", "0.005", "1", "-0.1", "0.3333333333")
FREE_EVENTS = ("0", "1", "1", "2", "3", "5", "1e1", "999999999999")
FREE_QUANTITIES = ("0", "5", "50", "105", "10", "0.5", "1e1")
MINIMUMS = ("0.50", "0.50", "0", "5", "-1", "0.005")
MAXIMUMS = ("3", "0.40", "0.40", "100", "0", "0.005")
VALUES = (
    *("100", "10", "1", "50", "5", "0.5", "0", "0", "-10", "-1", "-50", "105", "4"),
    *("1234567.123456789", "0.000000000001", "10.005"),
)
# No numbers, numbers out of range, and what decides whether there is a price at all.
BAD_CELLS: tuple[tuple[Cells, ...], ...] = (
    ({"percent_rate": "x"}, {"percent_rate": "0.12345678901"}, {"percent_rate": "-1e8"}),
    ({"fixed_amount": "x"}, {"fixed_amount": "100000000"}, {"fixed_amount": "0.12345678901"}),
    ({"free_events": "x"}, {"free_events": "1.5"}, {"free_events": "-1"}),
    ({"free_events": "1000000000000"}, {"free_events": "1e18"}),
    ({"event_minimum": "x"}, {"event_minimum": "1e8"}, {"event_maximum": "-100000000"}),
    ({"event_maximum": "x"}, {"event_maximum": "0.00000000001"}),
    ({"percent_rate": None, "fixed_amount": None},),
    (
        {"charge_model": None},
        {"charge_model": "FLAT", "price": "2"},
        {"charge_model": "percentage"},
    ),
    ({"price_per": "0"}, {"price_per": "3"}, {"package_size": "0"}, {"price": "100000000"}),
    ({"price_months": "1"}, {"invoice_delivery": "ADVANCED"}),
)


class PercentageCases(ChargeCases):
    """Makes cases whose usage is priced by the event."""

    def percentages(self) -> None:
        """Price usage by the event, break a few prices, and use up what is free."""
        # What was given to an id, and to a thing that goes on under other ids.
        self.by_id: dict[tuple[str, str], Cells] = {}
        self.by_thing: dict[str, Cells] = {}
        if self.chance(0.75):
            self.sell_by_the_event()
        products = {row["id"]: row for row in self.product_rows}
        shares = (("list_prices", 0.4), ("contract_prices", 0.35), ("quote_prices", 0.4))
        for name, share in shares:
            for row in self.inputs[name]:
                product = products.get(self.product_of(row))
                if product is None or row["id"] is None:
                    continue
                if self.chance(share if self.adds_up(product) else 0.04):
                    self.price_by_event(name, row)
                elif self.chance(0.04):
                    # Others do not read it; without a charge model nobody knows what is meant.
                    row["free_events"] = "2"
        if self.chance(0.35):
            self.break_percentage()
        self.use_by_event()

    @staticmethod
    def adds_up(product: Cells) -> bool:
        """Tell whether a product's usage is events that add up."""
        return product["ptype"] == "EVENT" and product["aggregation"] in (None, "SUM", "COUNT")

    def price_by_event(self, name: str, row: Cells) -> None:
        """Price a row by the event; other rows of the same thing mostly at the same terms."""
        cells = self.by_id.get((name, row["id"]))
        if cells is None:
            thing = row.get("durable_id") or row.get("list_price_id") or self.product_of(row)
            known = self.by_thing.get(thing)
            if known is None or self.chance(0.35):
                cells = self.percentage()
            else:
                cells = self.altered_percentage(known)
            self.by_thing[thing] = self.by_id[name, row["id"]] = cells
        elif self.chance(0.2):
            return
        row.update(cells)
        # Read all the same where nobody can read it.
        row["price"] = self.maybe(0.1, "7", "100000000", "0.12345678901", "x")
        if self.chance(0.45):
            row["free_quantity"] = self.pick(None, *FREE_QUANTITIES)

    def percentage(self) -> Cells:
        """Return the cells of a price by the event."""
        cells: Cells = {
            "charge_model": "PERCENTAGE",
            "percent_rate": self.maybe(0.85, *PERCENTS),
            "fixed_amount": self.maybe(0.6, *FIXED),
            "free_events": self.maybe(0.4, *FREE_EVENTS),
            "event_minimum": self.maybe(0.3, *MINIMUMS),
            "event_maximum": self.maybe(0.3, *MAXIMUMS),
        }
        if cells["percent_rate"] is None and self.chance(0.8):
            cells["fixed_amount"] = "0.25"
        return cells

    def altered_percentage(self, known: Cells) -> Cells:
        """Return the same terms, written otherwise, or with one that differs."""
        cells = dict(known)
        kind = self.pick("same", "same", "respelt", "percent", "fixed", "events", "bounds")
        match kind:
            case "respelt":
                for column in ("percent_rate", "fixed_amount"):
                    other = cells["fixed_amount" if column == "percent_rate" else "percent_rate"]
                    if cells[column] in (None, "0") and other is not None:
                        cells[column] = self.pick(None, "0", "0.00")
            case "percent":
                cells["percent_rate"] = self.pick(*PERCENTS)
            case "fixed":
                cells["fixed_amount"] = self.pick(*FIXED)
            case "events":
                cells["free_events"] = self.maybe(0.7, *FREE_EVENTS)
            case "bounds":
                cells["event_minimum"] = self.maybe(0.5, *MINIMUMS)
                cells["event_maximum"] = self.maybe(0.5, *MAXIMUMS)
        return cells

    def break_percentage(self) -> None:
        """Break a price by the event."""
        rows = [
            row
            for name in ("list_prices", "list_prices", "contract_prices", "quote_prices")
            for row in self.inputs[name]
            if row["charge_model"] == "PERCENTAGE"
        ]
        for _ in range(self.pick(1, 1, 2)):
            if rows:
                self.rng.choice(rows).update(self.pick(*self.pick(*BAD_CELLS)))

    def sell_by_the_event(self) -> None:
        """Add a customer whose contract sells usage; all of it is priced by the event."""
        customer, book, contract = self.name("cp"), self.name("bp"), self.name("kp")
        zone = self.rng.choice(self.zones)
        self.add("customers", id=self.name("cup"), durable_id=customer, billing_timezone=zone)
        terms = {"currency": self.currency, "invoice_schedule": self.maybe(0.3, "1", "3")}
        book_row = self.add("pricebooks", id=self.name("bp_0"), durable_id=book, **terms)
        self.books[book] = [book_row]
        for number in range(self.pick(1, 2)):
            aggregation = self.pick("SUM", "SUM", "SUM", "COUNT", None)
            product = self.add(
                "products",
                id=self.name(f"pp{number}"),
                name=f"By the event {number}",
                ptype="EVENT",
                event_name=self.name(f"ep{number}"),
                aggregation=aggregation,
                agg_property=None if aggregation == "COUNT" else "n",
            )
            row = self.add(
                "list_prices",
                id=self.fresh("lp"),
                durable_id=self.name(f"lp{number}"),
                pricebook_uid=book_row["id"],
                product_uid=product["id"],
                minimum_amount=self.maybe(0.2, "5", "500"),
                maximum_amount=self.maybe(0.2, "4", "100"),
                billing_anchor=self.maybe(0.2, "ANNIVERSARY"),
                prorate=self.maybe(0.3, "true", "false"),
            )
            self.price_by_event("list_prices", row)
            self.product_rows.append(product)
            self.lists.append((row, product))
        self.sell("kp_0", contract, customer, book, days=(31, 60, 120), renews=0.5)

    # Usage

    def use_by_event(self) -> None:
        """Use products that are priced by the event, in contracts that sell them."""
        priced = {
            self.product_of(row)
            for name in ("list_prices", "contract_prices", "quote_prices")
            for row in self.inputs[name]
            if row["charge_model"] == "PERCENTAGE"
        }
        for product in self.product_rows:
            if product["id"] not in priced or not product["event_name"] or self.chance(0.2):
                continue
            durable_id = self.rng.choice(self.sellers(product) or list(self.contract_rows))
            first, last = self.terms[durable_id]
            for number in range(self.pick(1, 2, 3)):
                month = first.replace(day=1) + timedelta(days=31 * number + self.pick(0, 0, 14))
                if month > last + timedelta(days=31):
                    break
                if self.chance(0.5):
                    self.amend_by_event(durable_id, product, month)
                self.use_month(self.contract_rows[durable_id][0]["customer_id"], product, month)
            for row in self.inputs["quote_usage"]:
                if row["product_uid"] == product["id"] and self.chance(0.6):
                    row["quantity"] = self.pick(*VALUES)

    def amend_by_event(self, durable_id: str, product: Cells, month: date) -> None:
        """Amend a contract within a month, or override a price, mostly by another one by event."""
        day = month + timedelta(days=self.rng.randint(1, 27))
        names = [row["durable_id"] for row, sold in self.lists if sold is product]
        names = [name for name in names if name]
        if self.chance(0.35) or not names:
            rows = self.contract_rows[durable_id]
            terms = {"effective_at": self.moment(day), "payment_terms_days": self.pick("1", "2")}
            row = {**self.rng.choice(rows), "id": self.fresh("kp"), **terms}
            self.inputs["contracts"].append(row)
            rows.append(row)
            return
        row = self.add(
            "contract_prices",
            id=self.fresh("xp"),
            contract_id=durable_id,
            list_price_id=self.rng.choice(names),
            started_at=self.moment(day),
            ended_at=self.maybe(0.4, (day + timedelta(days=self.rng.randint(1, 40))).isoformat()),
            discount_percent=self.maybe(0.2, "10"),
            free_quantity=self.maybe(0.25, *FREE_QUANTITIES),
        )
        match self.pick("event", "event", "event", "flat", "discount"):
            case "event":
                self.price_by_event("contract_prices", row)
            case "flat":
                row["price"] = self.pick("0.05", "2")
            case "discount":
                row["discount_percent"] = "50"

    def use_month(self, customer_id: str | None, product: Cells, month: date) -> None:
        """Use a product in a month, often several times at one instant."""
        moment, received = None, None
        for _ in range(self.pick(2, 3, 5, 8, 12)):
            if moment is None or self.chance(0.6):
                day = month + timedelta(days=self.rng.randint(0, 27))
                moment = f"{day}T{self.pick('00:00:00', self.clock())}Z"
                received = None
            if self.chance(0.4):
                received = self.pick(None, f"{moment[:10]}T23:59:59Z", self.received_at(moment))
            value = f'"{self.pick(*VALUES)}"'
            event: Cells = dict.fromkeys(COLUMNS["usage_events"])
            # Their names do not stand in the order in which they were sent.
            event["transaction_id"] = self.fresh(self.pick("tp", "tpz", "tpa"))
            event["customer_id"] = customer_id
            event["metered_at"] = moment
            event["received_at"] = received
            inner = f'{{"v": {value}, "kind": "a"}}'
            event["properties"] = (
                f'{{"name": "{product["event_name"]}", "n": {value}, "kind": "a", "u": {inner}}}'
            )
            self.events.append(event)
