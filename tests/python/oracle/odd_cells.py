"""What random cases can have besides: cells that cannot be read, or not as they look."""

from __future__ import annotations

from datetime import date, timedelta

from oracle.cases import NOPE, CaseMaker, Cells
from oracle.inputs import COLUMNS

WORDS = ["soon", "x"]
NO_DATES = ["2025-02-31", "tomorrow", "2024-01-05T00:00:00+16:00", "31.12.2024"]
NO_BOOLEANS = ["perhaps", "2"]
NO_WHOLE_NUMBERS = ["0.25", "monthly", "1,0"]
NO_NUMBERS = ["abc", "12,5", "1.2.3"]

PRICE_COLUMNS: list[tuple[str, list[str]]] = [
    ("price", NO_NUMBERS),
    ("free_quantity", NO_NUMBERS),
    ("minimum_amount", NO_NUMBERS),
    ("maximum_amount", NO_NUMBERS),
    ("fixed_quantity", NO_NUMBERS),
    ("invoice_schedule", NO_WHOLE_NUMBERS),
    ("start_period", NO_WHOLE_NUMBERS),
    ("end_period", NO_WHOLE_NUMBERS),
    ("prorate", NO_BOOLEANS),
    ("package_size", NO_NUMBERS),
    ("is_deleted", NO_BOOLEANS),
]
NO_PRICING = ["MAYBE", "same"]
# Input, column, and what cannot be read in it.
UNREADABLE: list[tuple[str, str, list[str]]] = [
    *(
        ("contracts", column, NO_DATES)
        for column in (
            *("started_at", "ended_at", "effective_at", "ineffective_at"),
            *("terminated_at", "archived_at", "signed_at"),
        )
    ),
    *(("contracts", column, NO_BOOLEANS) for column in ("void", "prorate", "auto_renew")),
    ("contracts", "renewal_term_months", NO_WHOLE_NUMBERS),
    ("contracts", "renewal_uplift_percent", NO_NUMBERS),
    ("contracts", "renewal_pricing", NO_PRICING),
    ("contracts", "payment_terms_days", ["a fortnight", "14.5"]),
    ("contracts", "payment_terms_kind", ["EOM", "net"]),
    ("contracts", "created_at", NO_DATES),
    ("contracts", "version", WORDS),
    *(("pricebooks", column, NO_DATES) for column in ("effective_at", "ineffective_at")),
    ("pricebooks", "archived_at", NO_DATES),
    ("pricebooks", "prorate", NO_BOOLEANS),
    ("pricebooks", "invoice_schedule", NO_WHOLE_NUMBERS),
    ("pricebooks", "payment_terms_days", ["a fortnight"]),
    ("pricebooks", "payment_terms_kind", ["end of month"]),
    ("pricebooks", "maximum_discount_percent", NO_NUMBERS),
    *(("list_prices", column, values) for column, values in PRICE_COLUMNS),
    ("list_prices", "floor_price", NO_NUMBERS),
    *(("contract_prices", column, values) for column, values in PRICE_COLUMNS),
    ("contract_prices", "created_at", NO_DATES),
    *(("quote_prices", column, values) for column, values in PRICE_COLUMNS),
    *(
        (name, column, values)
        for name in ("contract_prices", "quote_prices")
        for column, values in (
            *(("discount_percent", NO_NUMBERS), ("discount_amount", NO_NUMBERS)),
            *(("started_at", NO_DATES), ("ended_at", NO_DATES), ("renews", NO_BOOLEANS)),
        )
    ),
    *(("quotes", column, NO_DATES) for column in ("started_at", "ended_at", "sent_at")),
    ("quotes", "prorate", NO_BOOLEANS),
    ("quotes", "auto_renew", NO_BOOLEANS),
    ("quotes", "renewal_pricing", NO_PRICING),
    ("quotes", "payment_terms_days", ["a fortnight"]),
    ("quote_usage", "quantity", NO_NUMBERS),
    *(("orders", column, NO_DATES) for column in ("started_at", "ended_at", "paid_at")),
    ("orders", "prorate", NO_BOOLEANS),
    ("order_items", "quantity", NO_NUMBERS),
    ("products", "archived_at", NO_DATES),
    ("products", "created_at", NO_DATES),
    ("product_filters", "included_values", ["[a", "a", "{}"]),
    ("product_filters", "excluded_values", ["[a", '"a"']),
    ("product_filters", "is_optional", NO_BOOLEANS),
    ("customers", "archived_at", NO_DATES),
    ("customers", "effective_at", NO_DATES),
]
# Meters that measure nothing.
BAD_METERS: list[tuple[str, str | None]] = [
    ("aggregation", "MEDIAN"),
    ("aggregation", "sum"),
    ("ptype", "THING"),
    ("ptype", None),
]
# The same number, written otherwise.
POWERS = (("0" * 18, "e-18"), ("0" * 14, "e-14"), ("0" * 3, "E-3"), ("", "e0"), ("", "E+00"))


class OddCells(CaseMaker):
    """Makes cases whose cells are odd; each kind in some of them, so that the others stay whole."""

    def odd_cells(self) -> None:
        """Put odd cells into the finished rows."""
        for probability, add in (
            (0.35, self.make_unreadable),
            (0.25, self.respell_currencies),
            (0.25, self.respell_numbers),
            (0.12, self.break_meters),
            (0.1, self.start_before_all),
            (0.1, self.owe_before_time),
            (0.15, self.end_at_last_second),
            (0.1, self.sell_nothing),
            (0.35, self.repeat_otherwise),
            (0.25, self.use_before_contract),
            (0.25, self.limit_discounts),
        ):
            if self.chance(probability):
                add()

    def row_of(self, input_name: str) -> Cells | None:
        """Return one of the rows of an input, if there are some."""
        rows = self.inputs[input_name]
        return self.rng.choice(rows) if rows else None

    def make_unreadable(self) -> None:
        """Put cells that cannot be read into some rows: rather one than several."""
        for _ in range(self.pick(1, 1, 2)):
            name, column, values = self.rng.choice(UNREADABLE)
            if row := self.row_of(name):
                row[column] = self.rng.choice(values)

    def respell_currencies(self) -> None:
        """Write currencies in other cases; or, all the same, one that nobody knows."""
        unknown = self.pick(None, None, "Euro", self.name("zz"))
        for name in ("pricebooks", "contracts", "quotes", "currencies"):
            column = "code" if name == "currencies" else "currency"
            for row in self.inputs[name]:
                code = row[column]
                if code is None:
                    continue
                if unknown and name != "currencies":
                    code = unknown
                row[column] = self.pick(code, code.lower(), code.upper(), code.title())

    def respell_numbers(self) -> None:
        """Write numbers with exponents; they say the same."""
        for name in ("list_prices", "contract_prices"):
            for row in self.inputs[name]:
                for column in ("price", "fixed_quantity", "minimum_amount", "discount_percent"):
                    text = row.get(column)
                    if text and text.isdecimal() and self.chance(0.4):
                        zeros, power = self.pick(*POWERS)
                        row[column] = text + zeros + power
        for event in self.events:
            text = event["properties"]
            if text and '"n": 10,' in text and self.chance(0.5):
                zeros, power = self.pick(*POWERS)
                event["properties"] = text.replace('"n": 10,', f'"n": 10{zeros}{power},')

    def break_meters(self) -> None:
        """Take a product's meter away, or give it a filter that cannot be applied."""
        product = self.row_of("products")
        if product is None or product["ptype"] != "EVENT":
            return
        if self.chance(0.5):
            column, value = self.pick(*BAD_METERS)
            product[column] = value
            return
        cells = self.pick(
            {"product_uid": product["id"], "included_values": '["a"]'},
            {"product_uid": NOPE.format(prefix=self.prefix), "property": "kind"},
            {"product_uid": None, "property": "kind"},
            {"product_uid": product["id"], "property": "kind", "excluded_values": "b"},
        )
        self.add("product_filters", id=self.fresh("fo"), **cells)

    def start_before_all(self) -> None:
        """Start a contract in a year that is none, by one of its rows or all."""
        rows = self.pick(*self.contract_rows.values())
        start = self.pick("0001-01-01", "0001-01-01T00:00:00Z", "1899-12-31", "1753-01-01")
        for row in self.pick(rows, rows[:1], rows[-1:]):
            row["started_at"] = start

    def owe_before_time(self) -> None:
        """Owe something before it is invoiced."""
        if row := self.row_of(self.pick("contracts", "contracts", "pricebooks")):
            row["payment_terms_days"] = self.pick("-1", "-30")

    def end_at_last_second(self) -> None:
        """Write the end of a contract, or of a price, as the last second of the day before."""
        if row := self.row_of(self.pick("contracts", "contracts", "contract_prices")):
            try:
                day = date.fromisoformat((row["ended_at"] or "")[:10]) - timedelta(days=1)
            except ValueError:
                return
            last = self.pick("23:59:59", "23:59:59.999999", "23:59:00", "23:59", "23:58:59")
            ended_at = f"{day} {last}"
            for each in self.inputs["contracts"] if "customer_id" in row else [row]:
                if each is row or each.get("durable_id") == row.get("durable_id"):
                    each["ended_at"] = ended_at

    def sell_nothing(self) -> None:
        """Add a contract without any price, or of a pricebook that sells nothing."""
        book = None
        if self.chance(0.5):
            book = self.fresh("be")
            self.add("pricebooks", id=f"{book}_0", durable_id=book)
        start = self.day(0, 200)
        self.add(
            "contracts",
            id=self.fresh("kn"),
            durable_id=self.fresh("kn"),
            customer_id=self.rng.choice(self.customer_ids),
            pricebook_id=book,
            started_at=self.moment(start),
            ended_at=self.maybe_moment(0.5, 201, 400),
        )

    def repeat_otherwise(self) -> None:
        """Send some events again: as they were, written otherwise, or with something changed."""
        for event in [each for each in self.events if self.chance(0.15)]:
            again = dict(event)
            kind = self.pick("text", "text", "customer", "time", "properties", "alias")
            if kind == "text" and event["properties"]:
                respelt = event["properties"].replace('": ', '" : ').replace(": 10,", ": 10.0,")
                again["properties"] = respelt.replace(" : 1,", " : 1e0,")
            elif kind == "customer":
                again["customer_id"] = self.pick(*self.customer_ids, self.name("ghost_events"))
            elif kind == "time" and event["metered_at"]:
                again["metered_at"] = self.respelt_time(event["metered_at"])
            elif kind == "properties":
                again["properties"] = self.properties(self.pick(*self.event_names, "e"))
            elif kind == "alias" and self.alias_names:
                again["customer_alias"] = self.rng.choice(self.alias_names)
            again["received_at"] = self.received_at(again["metered_at"])
            self.events.append(again)

    def respelt_time(self, metered_at: str) -> str:
        """Return the same instant with another offset, or another instant."""
        if metered_at.endswith("Z") and self.chance(0.5):
            return metered_at[:-1] + "+00:00"
        return metered_at[:10] + self.pick("T11:11:11Z", "T23:00:00+16:00", "T23:00:00+15:59")

    def limit_discounts(self) -> None:
        """Limit what quotes may give away, rarely by something that cannot be read."""
        for row in self.inputs["pricebooks"]:
            limits = [*["0", "10", "20", "33.33"] * 4, "half"]
            row["maximum_discount_percent"] = self.maybe(0.7, *limits)
        for row in self.inputs["list_prices"]:
            if row["price"] and self.chance(0.5):
                row["floor_price"] = self.pick(row["price"], "0.04", "1", "50", "0")

    def use_before_contract(self) -> None:
        """Change levels, and use things, shortly before contracts begin."""
        if not self.event_names or not self.contract_rows:
            return
        for _ in range(self.pick(1, 2, 4)):
            durable_id = self.rng.choice(list(self.contract_rows))
            day = self.terms[durable_id][0] - timedelta(days=self.rng.randint(1, 20))
            event: Cells = dict.fromkeys(COLUMNS["usage_events"])
            event["transaction_id"] = self.fresh("tb")
            event["customer_id"] = self.contract_rows[durable_id][0]["customer_id"]
            event["metered_at"] = f"{day}T{self.clock()}Z"
            event["properties"] = self.properties(self.rng.choice(self.event_names))
            self.events.append(event)
