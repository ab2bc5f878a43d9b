"""What random cases can have besides: periods of weeks and days, and trials."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from oracle.cases import GAP_DAY, CaseMaker, Cells
from oracle.inputs import COLUMNS

UNITS = ("WEEK", "WEEK", "WEEK", "DAY", "DAY", "MONTH", None)
UNKNOWN_UNITS = ("FORTNIGHT", "YEAR", "7 DAY", "1")
COUNTS_BY_UNIT = {
    "WEEK": ("1", "1", "1", "2", "2", "4", "13", "52"),
    "DAY": ("1", "3", "7", "7", "10", "14", "30", "31", "45", "90"),
    "MONTH": ("1", "2", "12"),
    None: ("1", "3"),
}
DELAYS = ("0", "1", "1", "2", "10")
SHARES = (
    ("pricebooks", 0.3),
    ("list_prices", 0.35),
    ("contract_prices", 0.25),
    ("quote_prices", 0.35),
)
TRIALS = (
    *("7", "7", "14", "14", "14", "30", "30", "31", "1", "2", "45", "60", "90"),
    *("0", "0", "400", "3650", "14.0", "3e1"),
)
BAD_TRIALS = ("-1", "3651", "999999", "x", "1.5", "two weeks")
# Around a trial's last midnight, as zones have it.
ENDS = (
    *("T00:00:00Z", "T05:00:00Z", "T04:59:59.999999Z", "T23:59:59Z", "T23:00:00-05:00"),
    *("T23:00:00Z", "T22:00:00Z", "T18:30:00Z"),
)


class ScheduleCases(CaseMaker):
    """Makes cases whose periods are weeks or days, and whose contracts begin with a trial."""

    # Schedules

    def schedules(self) -> None:
        """Give schedules units; a few of them nobody knows."""
        # What was given to a thing that has several rows.
        self.scheduled: dict[tuple[str, str], Cells] = {}
        if self.chance(0.65):
            self.sell_by_days()
        for name, share in SHARES:
            for row in self.inputs[name]:
                if self.chance(share):
                    self.schedule(name, row)
        if self.chance(0.3):
            rows = [row for name, _ in SHARES for row in self.inputs[name]]
            self.rng.choice(rows)["schedule_unit"] = self.pick(*UNKNOWN_UNITS)

    def schedule(self, name: str, row: Cells) -> None:
        """Give a row a schedule and its unit, rarely the unit alone."""
        thing = name, row.get("durable_id") or row.get("list_price_id") or row["id"] or ""
        cells = self.scheduled.get(thing)
        if cells is None or self.chance(0.25):
            unit = self.pick(*UNITS)
            cells = {"schedule_unit": unit}
            if self.chance(0.9):
                cells["invoice_schedule"] = self.pick(*COUNTS_BY_UNIT[unit])
        self.scheduled[thing] = cells
        row.update(cells)
        if row["invoice_delivery"] == "ONE_TIME":
            row["invoice_schedule"] = self.pick(None, *DELAYS)
        # A price for so many months is none by the week.
        if row.get("price_months") and self.chance(0.8):
            row["price_months"] = None

    def sell_by_days(self) -> None:
        """Add a customer whose contract sells fees and usage, each with a schedule of its own."""
        customer, book, contract = self.name("cw"), self.name("bw"), self.name("kw")
        zone = self.rng.choice(self.zones)
        self.add("customers", id=self.name("cuw"), durable_id=customer, billing_timezone=zone)
        book_row = self.add(
            "pricebooks",
            id=self.name("bw_0"),
            durable_id=book,
            currency=self.currency,
            invoice_schedule=self.maybe(0.5, "1", "2"),
            schedule_unit=self.maybe(0.7, "WEEK", "DAY"),
        )
        self.books[book] = [book_row]
        products = [self.product_by_days(number) for number in range(self.pick(1, 2, 3))]
        lists = [self.price_by_days(book_row, product) for product in products]
        start = self.day(0, 150)
        self.terms[contract] = start, start + timedelta(days=self.pick(12, 40, 61, 120))
        started, ended = self.term_by_days(*self.terms[contract])
        renewal = {"auto_renew": "true", "renewal_uplift_percent": self.pick("10", "0", "-10")}
        row = self.add(
            "contracts",
            id=self.name("kw_0"),
            durable_id=contract,
            customer_id=customer,
            pricebook_id=book,
            billing_anchor=self.maybe(0.3, "CALENDAR", "ANNIVERSARY"),
            prorate=self.maybe(0.3, "true", "false"),
            started_at=started,
            ended_at=ended,
            **(renewal if self.chance(0.3) else {}),
        )
        self.contract_rows[contract] = rows = [row]
        if self.chance(0.4):
            day = start + timedelta(days=self.rng.randint(1, 30))
            terms = {"effective_at": self.moment(day), "payment_terms_days": "9"}
            rows.append({**row, "id": self.name("kw_1"), **terms})
            self.inputs["contracts"].append(rows[1])
        for list_price, product in zip(lists, products, strict=True):
            if self.chance(0.4):
                self.change_by_days(contract, list_price, product)
            if product["event_name"]:
                self.use_by_days(contract, product)

    def term_by_days(self, start: date, end: date) -> tuple[str, str]:
        """Return a contract's dates as cells: days, or times, so that a rest of hours is left."""
        kind = self.rng.random()
        if kind < 0.6 or GAP_DAY in (start, end):
            return start.isoformat(), end.isoformat()
        if kind < 0.8:
            return f"{start} {self.clock(5, 22)}", f"{end} {self.clock(1, 22)}"
        return f"{start}T00:00:00Z", f"{end}T{self.clock()}Z"

    def product_by_days(self, number: int) -> Cells:
        """Add a fee, or usage."""
        product = self.add(
            "products",
            id=self.name(f"pw{number}"),
            name=f"By days {number}",
            ptype=self.pick("EVENT", "FIXED", "FIXED"),
        )
        if product["ptype"] == "EVENT":
            product["event_name"] = self.name(f"ew{number}")
            aggregation = self.pick("SUM", "SUM", "COUNT", "WEIGHTED_SUM", "MAX", "LATEST")
            product["aggregation"] = aggregation
            product["agg_property"] = None if aggregation == "COUNT" else "n"
        self.product_rows.append(product)
        return product

    def price_by_days(self, book: Cells, product: Cells) -> Cells:
        """Add a list price, now and then of a phase."""
        is_fee = product["ptype"] == "FIXED"
        delivery = self.pick("ARREARS", "ADVANCED", "ADVANCED", "ONE_TIME") if is_fee else "ARREARS"
        unit = self.pick("WEEK", "WEEK", "DAY")
        counts = DELAYS if delivery == "ONE_TIME" else COUNTS_BY_UNIT[unit]
        start = self.maybe(0.25, "1", "2")
        row = self.add(
            "list_prices",
            id=self.fresh("lw"),
            durable_id=self.fresh("lw"),
            pricebook_uid=book["id"],
            product_uid=product["id"],
            price=self.pick("70", "10", "7", "0.0333", "100"),
            invoice_delivery=delivery,
            invoice_schedule=self.maybe(0.85, *counts),
            schedule_unit=unit,
            billing_anchor=self.maybe(0.5, "CALENDAR", "ANNIVERSARY"),
            prorate=self.maybe(0.4, "true", "false"),
            start_period=start,
            end_period=self.maybe(0.2, "3"),
            minimum_amount=self.maybe(0.15, "31", "500"),
            maximum_amount=self.maybe(0.15, "40", "100"),
        )
        self.lists.append((row, product))
        return row

    def change_by_days(self, contract: str, list_price: Cells, product: Cells) -> None:
        """Override a list price in a window, or sell the product once more."""
        first, last = self.terms[contract]
        cells: Cells = {
            "contract_id": contract,
            "started_at": self.moment(first + timedelta(days=self.rng.randint(0, 25))),
            "ended_at": self.maybe(0.4, self.moment(last - timedelta(days=self.pick(1, 2, 8)))),
            "price": self.maybe(0.6, "35", "12.34"),
            "invoice_schedule": self.maybe(0.4, "1", "2", "7"),
            "schedule_unit": self.maybe(0.6, "WEEK", "DAY"),
        }
        if self.chance(0.7):
            cells["list_price_id"] = list_price["durable_id"]
        else:
            cells["product_uid"] = product["id"]
            cells["price"] = "5"
            if self.chance(0.4):
                cells["started_at"], cells["start_period"] = None, "1"
        self.add("contract_prices", id=self.fresh("xw"), **cells)

    def use_by_days(self, contract: str, product: Cells) -> None:
        """Use a product in the first weeks of a contract, and once after them."""
        first, last = self.terms[contract]
        for _ in range(self.pick(3, 8, 15)):
            days = self.rng.randint(-1, min((last - first).days + 1, 45))
            metered_at = f"{first + timedelta(days=days)}{self.pick(*ENDS, f'T{self.clock()}Z')}"
            self.use(self.contract_rows[contract][0]["customer_id"], product, metered_at)

    def use(self, customer_id: str | None, product: Cells, metered_at: str) -> None:
        """Add an event of a product."""
        event: Cells = dict.fromkeys(COLUMNS["usage_events"])
        event["transaction_id"] = self.fresh("tw")
        event["customer_id"] = customer_id
        event["metered_at"] = metered_at
        event["properties"] = self.properties(product["event_name"])
        self.events.append(event)

    # Trials

    def trials(self) -> None:
        """Begin contracts with a trial, and use things in it and around its end.

        Later rows repeat it, or say something of their own.
        """
        contracts = defaultdict(list)
        for row in self.inputs["contracts"]:
            contracts[row["durable_id"]].append(row)
        for rows in contracts.values():
            if not self.chance(0.6):
                continue
            days = self.pick(*TRIALS)
            if self.chance(0.06):
                days = self.pick(*BAD_TRIALS)
            is_repeated = self.chance(0.6)
            for number, row in enumerate(rows):
                if number == 0 or is_repeated:
                    row["trial_days"] = days
                elif self.chance(0.4):
                    row["trial_days"] = self.pick(*TRIALS, "5000", "-3")
            if self.chance(0.03):
                self.rng.choice(rows)["trial_days"] = self.pick(*BAD_TRIALS)
            if self.chance(0.75):
                self.use_in_trial(rows[0])

    def use_in_trial(self, row: Cells) -> None:
        """Use products in a trial, and about its end."""
        products = [product for product in self.product_rows if product["event_name"]]
        try:
            start = date.fromisoformat((row["started_at"] or "")[:10])
            days = min(int(float(row["trial_days"] or 0)), 400)
            end = start + timedelta(days=days)
        except (ValueError, OverflowError):
            return
        if not products or start.year < 2000:
            return
        for _ in range(self.pick(2, 5, 9)):
            day = end + timedelta(days=self.pick(0, 0, -1, -1, 1, self.rng.randint(-days - 2, 30)))
            metered_at = f"{day}{self.pick(*ENDS, f'T{self.clock()}Z')}"
            self.use(row["customer_id"], self.rng.choice(products), metered_at)
