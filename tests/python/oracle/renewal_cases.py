"""Random contracts that renew themselves where it is hard to: by day, time of day, and what ends.

They have a customer, a pricebook and usage of their own, so that the rest of a case stays as it is.
"""

from __future__ import annotations

from datetime import date, timedelta

from oracle.cases import GAP_DAY, CaseMaker, Cells
from oracle.inputs import COLUMNS
from oracle.zones import add_months

# Ends of months, leap days, days around a change of the clocks, and a few plain ones, by the era's
# first day. From 30 October 2011 a renewal of two months begins on a day that Apia does not have.
ANCHOR_DAYS = {
    date(2024, 1, 1): (
        "2024-01-31 2024-02-29 2023-12-31 2023-08-31 2024-03-31 2023-02-28 2023-03-01 "
        "2024-01-01 2024-01-15 2024-01-30"
    ),
    date(2017, 12, 1): (
        "2017-12-31 2018-01-31 2017-11-30 2017-08-31 2018-01-18 2018-02-28 2017-11-04 "
        "2018-01-01 2018-01-15"
    ),
    date(2011, 9, 1): (
        "2011-10-31 2011-08-31 2011-09-30 2011-10-30 2011-11-30 2011-12-31 2011-02-28 "
        "2011-09-24 2011-10-01 2011-10-15"
    ),
}
UPLIFTS = ("10", "10", "5", "-10", "0", "33.333", "7.5")
CLOCKS = ("00:00:01", "09:30:00", "06:00:00", "17:42:13")


class RenewalCases(CaseMaker):
    """Makes contracts that renew themselves, and orders."""

    # Whether a case may have quotes.
    offers_quotes = False

    def renewal_edges(self) -> None:
        """Add a customer with contracts, or quotes that become some."""
        self.edge_customer = self.name("cz")
        self.add(
            "customers",
            id=self.name("cuz"),
            durable_id=self.edge_customer,
            name="Renewing",
            billing_timezone=self.rng.choice(self.zones),
        )
        for number in range(self.pick(1, 2, 2, 3)):
            self.edge_contract(number)

    def edge_contract(self, number: int) -> None:
        """Add a contract with all that belongs to it."""
        start = date.fromisoformat(self.pick(*ANCHOR_DAYS[self.base].split()))
        months, length = self.pick(1, 1, 2, 3, 6, 12), self.maybe(0.6, 1, 1, 2, 3, 12)
        end = add_months(start, months) + timedelta(days=self.pick(*[0] * 8, 1, -1))
        started, ended = self.written(start, end)
        book = self.edge_book(number, start, months)
        cells: Cells = {
            "id": self.name(f"kz{number}_0"),
            "durable_id": self.name(f"kz{number}"),
            "customer_id": self.edge_customer,
            "pricebook_id": book,
            "billing_anchor": self.maybe(0.4, "ANNIVERSARY", "ANNIVERSARY", "CALENDAR"),
            "prorate": self.maybe(0.5, "false", "true"),
            "started_at": started,
            "ended_at": ended,
            "auto_renew": self.pick(*["true"] * 9, "false"),
            "renewal_term_months": str(length) if length else None,
            "renewal_uplift_percent": self.maybe(0.8, *UPLIFTS),
            "renewal_pricing": self.maybe(0.4, *["LIST", "LIST", "SAME"] * 8, "MAYBE"),
        }
        if self.offers_quotes and self.chance(0.15):
            state = self.pick("SENT", "ACCEPTED", "ACCEPTED", "ACCEPTED")
            rows = [self.add("quotes", **cells, state=state)]
        else:
            rows = [self.add("contracts", **cells)]
            if self.chance(0.4):
                self.end_edge(rows, [add_months(end, (length or months) * n) for n in (0, 1, 2)])
            elif self.chance(0.35):
                self.negotiate(rows, end)
        for _ in range(self.pick(0, 1, 1, 2, 2, 3)):
            self.edge_price(rows, end, months)
        self.edge_usage(start)

    def written(self, start: date, end: date) -> tuple[str, str]:
        """Return two days as cells: dates, instants, or times of one clock; rarely each its own."""
        if GAP_DAY in (start, end):
            return start.isoformat(), end.isoformat()
        suffixes = [
            *("", "", "T00:00:00Z", "T00:00:00Z"),
            *(f" {clock}" for clock in CLOCKS),
            *(f"T{clock}Z" for clock in CLOCKS[1:]),
            "T17:42:13+05:30",
        ]
        first = self.rng.choice(suffixes)
        second = first if self.chance(0.85) else self.rng.choice(suffixes)
        return f"{start}{first}", f"{end}{second}"

    def edge_book(self, number: int, start: date, months: int) -> str:
        """Add a pricebook with phases through the renewals, and now and then other prices later."""
        durable_id = self.name(f"bz{number}")
        terms: Cells = {
            "durable_id": durable_id,
            "name": "Renewing",
            "currency": self.currency,
            "invoice_delivery": self.pick(None, "ARREARS", "ADVANCED", "ADVANCED"),
            "invoice_schedule": self.pick(None, "1", "1", "3", "6", "12"),
            "billing_anchor": self.pick(None, *["ANNIVERSARY"] * 3),
            "prorate": self.maybe(0.5, "false", "true"),
        }
        sold = [product for product in self.product_rows if self.chance(0.7)]
        phases = {product["id"]: self.edge_phases(months) for product in sold}
        days = sorted({start + timedelta(days=self.rng.randint(5, 300)) for _ in range(2)})
        for index, day in enumerate([None, *days[: self.pick(0, 0, 1, 2)]]):
            effective_at = day.isoformat() if day and day != GAP_DAY else None
            if index and effective_at is None:
                continue
            row = self.add("pricebooks", id=self.fresh("bz"), effective_at=effective_at, **terms)
            self.edge_list_prices(row, phases)
        return durable_id

    def edge_phases(self, months: int) -> list[tuple[int | None, int | None]]:
        """Return months at which list prices of a product begin and end."""
        cut = self.pick(1, months, months, months + 1, months * 2, months + 6)
        choices = [[(None, cut), (cut, None)], [(None, cut)], [(cut, None)]]
        return self.pick([(None, None)], [(None, None)], *choices)

    def edge_list_prices(
        self, book: Cells, phases: dict[str, list[tuple[int | None, int | None]]]
    ) -> None:
        """Add the list prices of a pricebook row, some without a durable_id."""
        for product in self.product_rows:
            for index, bounds in enumerate(phases.get(product["id"], [])):
                start, end = (None if months is None else str(months) for months in bounds)
                row = self.add(
                    "list_prices",
                    id=self.fresh("lz"),
                    durable_id=self.maybe(0.8, f"{book['durable_id']}_{product['id']}_{index}"),
                    pricebook_uid=book["id"],
                    product_uid=product["id"],
                    start_period=start,
                    end_period=end,
                    **self.pricing(product, is_sparse=False),
                )
                self.lists.append((row, product))
        self.books.setdefault(book["durable_id"], []).append(book)

    def end_edge(self, rows: list[Cells], days: list[date]) -> None:
        """End a contract at or some hours after a boundary, and maybe amend it in between."""
        day = self.rng.choice(days)
        if day == GAP_DAY:
            return
        clock = self.pick("", "T00:00:00Z", " 06:00:00", " 23:59:59", " 00:00:01", "T05:00:00Z")
        column = self.pick("terminated_at", "terminated_at", "terminated_at", "ineffective_at")
        rows[0][column] = f"{day}{clock}"
        if clock and self.chance(0.4):
            row = {**rows[0], "id": self.fresh("kz"), "effective_at": day.isoformat()}
            row["payment_terms_days"] = "45"
            row["ended_at"] = (day + timedelta(days=90)).isoformat()
            self.inputs["contracts"].append(row)
            rows.append(row)

    def negotiate(self, rows: list[Cells], end: date) -> None:
        """Amend a contract at its end, or on a day around it, with an end of its own."""
        effective_at = rows[0]["ended_at"]
        if self.chance(0.2):
            effective_at = self.moment(end + timedelta(days=self.rng.randint(-20, 40)))
        later = add_months(end, self.pick(1, 3, 12)).isoformat()
        row = {
            **rows[0],
            "id": self.fresh("kz"),
            "effective_at": effective_at,
            "ended_at": self.pick(later, later, later, None),
            "auto_renew": self.pick("true", "false", None),
        }
        self.inputs["contracts"].append(row)
        rows.append(row)

    def edge_price(self, rows: list[Cells], end: date, months: int) -> None:
        """Add an override or an ad hoc price that begins or ends with the term, or in a renewal."""
        cells: Cells = {"id": self.fresh("xz"), "created_at": self.created_early()}
        if self.chance(0.4) or not self.lists:
            self.make_ad_hoc(cells)
        else:
            self.make_override(cells, rows)
        cells["discount_percent"] = self.maybe(0.4, "10", "20", "33.33")
        after = months + self.pick(0, 0, 1, 6, months)
        with_term = (rows[0]["ended_at"], rows[0]["ended_at"], end.isoformat())
        cells.update(
            self.pick(
                {},
                {},
                {"ended_at": self.pick(*with_term)},
                {"ended_at": self.pick(*with_term)},
                {"ended_at": self.moment(end + timedelta(days=self.rng.randint(1, 90)))},
                {"end_period": str(months)},
                {"end_period": str(after)},
                {"started_at": self.pick(*with_term)},
                {"start_period": str(after)},
                {"start_period": str(months), "end_period": str(after + 1)},
                {"start_period": "1"},
            )
        )
        cells["renews"] = self.maybe(0.3, *["true", "false"] * 12, "perhaps")
        if "state" in rows[0]:
            self.add("quote_prices", **cells, quote_id=rows[0]["durable_id"])
        elif self.chance(0.4):
            self.add("contract_prices", **cells, contract_uid=self.rng.choice(rows)["id"])
        else:
            self.add("contract_prices", **cells, contract_id=rows[0]["durable_id"])

    def edge_usage(self, start: date) -> None:
        """Add usage events after a contract's start."""
        if not self.event_names:
            return
        for _ in range(self.pick(0, 5, 15)):
            event: Cells = dict.fromkeys(COLUMNS["usage_events"])
            day = start + timedelta(days=self.rng.randint(0, 300))
            event["transaction_id"] = self.fresh("tz")
            event["customer_id"] = self.edge_customer
            event["metered_at"] = f"{day}T{self.clock()}Z"
            event["properties"] = self.properties(self.rng.choice(self.event_names))
            self.events.append(event)

    def orders(self) -> None:
        """Add subscriptions of a customer; most have several orders with one start."""
        customer = self.name("co")
        zone = self.rng.choice(self.zones)
        names = {"id": self.name("cuo"), "durable_id": customer, "name": "Ordering"}
        self.add("customers", **names, billing_timezone=zone)
        for number in range(self.pick(0, 1, 1, 2)):
            start = self.day(0, 200)
            started = self.moment(start)
            paid = self.rng.sample(range(24), self.pick(1, 2, 2, 2, 3))
            ended = (start + timedelta(days=self.pick(31, 90, 365))).isoformat()
            for hour in paid:
                row = self.add(
                    "orders",
                    id=self.fresh("o"),
                    durable_id=self.name(f"s{number}"),
                    customer_id=customer,
                    pricebook_id=self.rng.choice(list(self.books)),
                    currency=self.maybe(0.3, self.currency),
                    billing_anchor=self.maybe(0.3, "CALENDAR", "ANNIVERSARY"),
                    started_at=started if self.chance(0.85) else None,
                    ended_at=ended,
                    state=self.pick(*["PAID"] * 7, "FAILED"),
                    paid_at=f"{start}T{hour:02}:30:00{self.pick('Z', 'Z', '+02:00')}",
                )
                self.order_items(row)

    def order_items(self, order: Cells) -> None:
        """Order a quantity of some of the pricebook's fees."""
        rows = {row["id"] for row in self.books[order["pricebook_id"]]}
        for list_price, product in self.lists:
            is_here = list_price["pricebook_uid"] in rows and product["ptype"] == "FIXED"
            if is_here and list_price["id"] and self.chance(0.4):
                self.add(
                    "order_items",
                    id=self.fresh("oi"),
                    order_uid=order["id"],
                    list_price_uid=list_price["id"],
                    quantity=self.pick("1", "2", "10", "2.5"),
                )
