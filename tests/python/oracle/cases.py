"""Random inputs: small, nasty, mostly valid.

Every cell is text or None, and every row has all columns of its input, so that the text of a row
is the same here and in a table. Each case's ids begin with a prefix of its own, so that many cases
share one build without touching each other.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from typing import TypeVar

from oracle.inputs import COLUMNS, SCHEMA

Cells = dict[str, str | None]
Settings = dict[str, str]
T = TypeVar("T")

# First day, zones and awkward days. Sao Paulo: midnights that do not exist, or exist twice.
# Apia: 2011-12-30 does not exist.
ERAS = {
    "2024": (
        date(2024, 1, 1),
        ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", None, None],
        "2024-03-10 2024-03-31 2024-10-27 2024-11-03 2024-02-29 2024-01-31 2024-08-31",
    ),
    "2018": (
        date(2017, 12, 1),
        [*["America/Sao_Paulo"] * 3, "UTC", "Europe/Berlin"],
        "2018-02-18 2018-11-04 2018-02-17 2018-11-03 2018-01-31",
    ),
    "2011": (
        date(2011, 9, 1),
        [*["Pacific/Apia"] * 3, "America/New_York", None],
        "2011-12-30 2011-12-31 2011-12-29 2012-01-01 2011-09-24 2012-02-29 2011-10-31",
    ),
}
YEARS = ("2011", "2012", "2017", "2018", "2023", "2024", "2025")
GAP_DAY = date(2011, 12, 30)

PRICES = [
    *("0.0004", "0.05", "1.005", "10", "99.99", "100", "1000", "3333.33"),
    *("0.1234567891", "-5", "0", "7.125", "4e-04", "1.25E+1"),
]
SCHEDULES = ["1", "1", "1", "3", "7", "12"]
QUANTITIES = [
    *("10", "10", "100", "400", "2.5", "0.1", "-3", "1e3", "7", "1", "0", "1234567.123456789"),
    *('"12.5"', '"0.1234567890123"', '"1e2"', "-100", "1E+1", '"100000000000000e-14"'),
    '"10000000000000000000e-18"',
]
BAD_QUANTITIES = [
    "null",
    '"1,000"',
    '" 5 "',
    '"-"',
    "true",
    "1000000000000",
    '"abc"',
    "{}",
    '"1e400"',
    "1e12",
]
NOPE = "{prefix}nope"
GHOST = "{prefix}ghost"

# Cells that are wrong, or mean something that their author may not have meant.
BAD_CELLS: list[tuple[str, str, list[str | None]]] = [
    ("list_prices", "price", ["abc", "12,5", "100000000", "0.12345678901", None]),
    ("list_prices", "price", ["+5", "5.", ".5", "1e2", " 5", "1e-05", "1e-11", "1e99"]),
    ("list_prices", "price", ["10000000000000000000e-18", "0.0000000000000000001e19", "1e-400"]),
    ("list_prices", "price", ["1e400", "0e400", "0007"]),
    ("list_prices", "invoice_schedule", ["x", "0", "-1", "3e0", "06", "10e-1", "1e9", "25e-1"]),
    ("list_prices", "version", ["2e0", "1e17", "1e18", "1e-1"]),
    ("list_prices", "charge_model", ["LOTTERY"]),
    ("list_prices", "package_size", ["10"]),
    ("list_prices", "invoice_delivery", ["LATER", "ADVANCED"]),
    ("list_prices", "billing_anchor", ["MOON"]),
    ("list_prices", "product_uid", [NOPE, None]),
    ("list_prices", "pricebook_uid", [NOPE]),
    ("list_prices", "id", [None]),
    ("list_prices", "durable_id", [None]),
    ("list_prices", "fixed_quantity", ["many", "1000000000000"]),
    ("list_prices", "free_quantity", ["5"]),
    ("list_prices", "minimum_amount", ["9999", "few"]),
    ("list_prices", "start_period", ["one"]),
    ("list_prices", "end_period", ["0", "-1"]),
    ("list_prices", "prorate", ["maybe"]),
    ("contract_prices", "price", ["abc", "-100000000", "99999"]),
    ("contract_prices", "id", [None]),
    ("contract_prices", "discount_percent", ["12.345", "ten"]),
    ("contract_prices", "started_at", ["soon"]),
    ("contract_prices", "contract_uid", [NOPE]),
    ("contract_prices", "list_price_uid", [NOPE]),
    ("contract_prices", "ended_at", ["2001-01-01"]),
    ("contract_prices", "invoice_delivery", ["NEVER"]),
    ("contract_prices", "version", ["x"]),
    ("contract_prices", "charge_model", ["FLAT", "TIERS"]),
    ("products", "aggregation", ["MEDIAN"]),
    ("products", "event_name", [None]),
    ("products", "archived_at", ["31.12."]),
    ("products", "ptype", ["THING"]),
    ("pricebooks", "invoice_schedule", ["monthly"]),
    ("pricebooks", "ineffective_at", ["2001-01-01"]),
    ("pricebooks", "effective_at", ["2024-13-01"]),
    ("pricebooks", "invoice_delivery", ["SOON"]),
    ("pricebooks", "id", [None]),
    ("pricebooks", "currency", ["XTS"]),
    ("contracts", "started_at", ["soon", None]),
    ("contracts", "pricebook_id", [NOPE]),
    ("contracts", "customer_id", [GHOST, None]),
    ("contracts", "durable_id", [None]),
    ("contracts", "currency", ["XTS"]),
    ("contracts", "ended_at", ["2001-01-01", "later"]),
    ("contracts", "id", [None]),
    ("contracts", "billing_anchor", ["MOON"]),
    ("contracts", "void", ["true", "perhaps"]),
    ("contracts", "prorate", ["maybe"]),
    ("customers", "billing_timezone", ["Mars/Base", "+02:00"]),
    ("customers", "created_at", ["yesterday"]),
    ("customers", "id", [None]),
    ("customers", "durable_id", [None]),
    ("customers", "effective_at", ["soon"]),
    ("customers", "is_deleted", ["perhaps"]),
    ("customers", "archived_at", ["2001-01-01"]),
    ("customer_aliases", "customer_id", [GHOST]),
    ("customer_aliases", "ineffective_at", ["2001-01-01", "x"]),
    ("product_filters", "is_optional", ["maybe"]),
    ("product_filters", "product_uid", [NOPE]),
    ("product_filters", "property", [None]),
    ("currencies", "minor_units", ["0", "two", "-1", "9", None]),
]


class CaseMaker:
    """Makes one case: a few customers, products, pricebooks and contracts, and their usage."""

    def __init__(self, rng: random.Random, prefix: str, era: str) -> None:
        """Begin with nothing."""
        self.rng, self.prefix = rng, prefix
        self.base, self.zones, days = ERAS[era]
        self.awkward_days = [date.fromisoformat(day) for day in days.split()]
        self.inputs: dict[str, list[Cells]] = {name: [] for name in SCHEMA}
        self.events: list[Cells] = []
        self.counter = 0

    def make(self) -> dict[str, list[Cells]]:
        """Return the rows of all inputs."""
        self.customers()
        self.aliases()
        self.products()
        self.pricebooks()
        self.contracts()
        self.contract_prices()
        if self.chance(0.3):
            self.corrupt()
        if self.chance(0.5):
            self.history()
        self.usage()
        return {**self.inputs, "usage_events": self.events}

    # Chance

    def chance(self, probability: float) -> bool:
        """Return true so often."""
        return self.rng.random() < probability

    def pick(self, *choices: T) -> T:
        """Return one of some choices."""
        return self.rng.choice(choices)

    def maybe(self, probability: float, *choices: T) -> T | None:
        """Return one of some choices, or nothing."""
        return self.rng.choice(choices) if self.chance(probability) else None

    def day(self, low: int = 0, high: int = 420) -> date:
        """Return a day so long after the era's begin; often a first, an end of month, a DST day."""
        kind = self.rng.random()
        day = self.base + timedelta(days=self.rng.randint(low, max(low, high)))
        if kind < 0.35:
            return day.replace(day=1)
        if kind < 0.45:
            return day.replace(day=15)
        if kind < 0.55:
            return day.replace(day=1) - timedelta(days=1)
        return self.rng.choice(self.awkward_days) if kind < 0.70 else day

    def clock(self, first_hour: int = 0, last_hour: int = 23) -> str:
        """Return a time of day."""
        hour = self.rng.randint(first_hour, last_hour)
        return f"{hour:02}:{self.rng.randint(0, 59):02}:{self.rng.randint(0, 59):02}"

    def moment(self, day: date) -> str:
        """Return a day as a cell: a local date, a local time, or an instant."""
        kind, clock = self.rng.random(), self.clock(5, 22)
        if kind < 0.68 or day == GAP_DAY:
            return day.isoformat()
        if kind < 0.80:
            return f"{day} {clock}"
        if kind < 0.93:
            return self.pick(f"{day}T{clock}Z", f"{day}T00:00:00Z")
        return f"{day}T{clock}{self.pick('+02:00', '-05:00', '+0530')}"

    def maybe_moment(self, probability: float, low: int, high: int) -> str | None:
        """Return a cell of a day in a range, or none."""
        return self.moment(self.day(low, high)) if self.chance(probability) else None

    def created(self) -> str | None:
        """Return a created_at around the era, or none."""
        if self.chance(0.6):
            return None
        day = self.base + timedelta(days=self.rng.randint(-60, 400))
        return f"{day}T{self.rng.randint(0, 23):02}:00:00Z"

    def created_early(self) -> str | None:
        """Return a created_at before the era, or none."""
        day = self.base - timedelta(days=self.rng.randint(1, 100))
        return self.maybe(0.3, f"{day}T00:00:00Z")

    # Rows

    def name(self, text: str) -> str:
        """Return an id of this case."""
        return self.prefix + text

    def fresh(self, text: str) -> str:
        """Return an id that no other row has."""
        self.counter += 1
        return f"{self.prefix}{text}{self.counter}"

    def add(self, input_name: str, **cells: str | None) -> Cells:
        """Add a row."""
        row: Cells = dict.fromkeys(COLUMNS[input_name])
        if unknown := set(cells) - set(row):
            raise KeyError(input_name, unknown)
        row.update(cells)
        self.inputs[input_name].append(row)
        return row

    def customers(self) -> None:
        """Add customers; some have a second row, with another zone."""
        self.customer_ids = []
        for number in range(self.rng.randint(1, 3)):
            durable_id = self.name(f"c{number}")
            self.customer_ids.append(durable_id)
            self.add(
                "customers",
                id=self.name(f"cu{number}"),
                durable_id=durable_id,
                name=f"Customer {number}",
                billing_timezone=self.rng.choice(self.zones),
                effective_at=self.maybe(0.1, (self.base - timedelta(days=30)).isoformat()),
            )
            if self.chance(0.12):
                self.add(
                    "customers",
                    id=self.name(f"cu{number}b"),
                    durable_id=durable_id,
                    name=f"Renamed {number}",
                    billing_timezone=self.rng.choice(self.zones),
                    effective_at=self.moment(self.day(0, 200)),
                    ineffective_at=self.maybe_moment(0.2, 300, 400),
                )

    def aliases(self) -> None:
        """Add aliases; some have two owners."""
        self.alias_names = []
        for number in range(self.rng.choice([0, 0, 1, 2, 3])):
            alias = self.name(f"alias{self.pick(number, number, number, 0)}")
            self.alias_names.append(alias)
            self.add(
                "customer_aliases",
                id=self.name(f"al{number}"),
                customer_id=self.rng.choice(self.customer_ids),
                alias=alias,
                effective_at=self.maybe_moment(0.35, 0, 120),
                ineffective_at=self.maybe_moment(0.25, 200, 400),
                archived_at=self.maybe_moment(0.05, 200, 400),
            )

    def products(self) -> None:
        """Add fees, and metered products of a few events."""
        self.product_rows, self.event_names = [], []
        for number in range(self.rng.randint(1, 5)):
            row = self.add(
                "products",
                id=self.name(f"p{number}"),
                name=f"Product {number}",
                ptype=self.pick("FIXED", "EVENT"),
                archived_at=self.maybe_moment(0.05, 60, 300),
            )
            self.product_rows.append(row)
            if row["ptype"] == "EVENT":
                self.meter(row)

    def meter(self, product: Cells) -> None:
        """Give a product its event, aggregation and filters."""
        product["event_name"] = self.name(f"e{self.rng.randint(0, 2)}")
        self.event_names.append(product["event_name"])
        aggregation = self.pick(
            *(None, None, "COUNT", "SUM", "SUM", "WEIGHTED_SUM", "MAX", "UNIQUE_COUNT", "LATEST")
        )
        product["aggregation"] = aggregation
        if aggregation == "UNIQUE_COUNT":
            product["agg_property"] = "id"
        elif aggregation in (None, "COUNT"):
            product["agg_property"] = self.maybe(0.5, "n", "$.u.v")
        else:
            product["agg_property"] = self.pick("n", "n", "$.u.v")
        if self.chance(0.03):
            product["agg_property"] = self.pick(None, "u.v")
        for _ in range(self.pick(0, 0, 0, 0, 0, 1, 2)):
            self.add(
                "product_filters",
                id=self.fresh("f"),
                product_uid=product["id"],
                property=self.pick("kind", "kind", "$.u.kind"),
                included_values=self.maybe(
                    0.65, '["a", "b"]', '["a", 1]', '["b", true, null]', '["a", "c"]', "[]", "[a"
                ),
                excluded_values=self.maybe(0.4, '["c"]', '["a"]'),
                is_optional=self.maybe(0.4, "true", "false"),
            )

    def pricing(self, product: Cells, *, is_sparse: bool) -> Cells:
        """Return the cells of a list price or ad hoc price, or the sparse ones of an override."""
        cells: Cells = {}
        share = 0.5 if is_sparse else 1
        if not is_sparse or self.chance(0.5):
            cells["price"] = self.rng.choice(PRICES)
            cells["charge_model"] = self.maybe(0.3, "FLAT")
        if product["ptype"] == "EVENT":
            cells["free_quantity"] = self.maybe(0.25 * share, "5", "50", "0.5")
            if not is_sparse:
                cells["invoice_delivery"] = self.pick(*["ARREARS"] * 9, None)
        else:
            cells["fixed_quantity"] = self.maybe(0.25 * share, "3", "2.5", "10")
            cells["invoice_delivery"] = self.maybe(
                0.6 * share, "ARREARS", "ADVANCED", "ADVANCED", "ONE_TIME"
            )
        cells["minimum_amount"] = self.maybe(0.15 * share, "31", "500", "20.005")
        cells["maximum_amount"] = self.maybe(0.15 * share, "40", "1000", "33.335")
        cells["invoice_schedule"] = self.maybe(0.4 * share, *SCHEDULES)
        cells["billing_anchor"] = self.maybe(0.25 * share, "CALENDAR", "ANNIVERSARY")
        cells["pricing_metadata"] = self.maybe(0.1 * share, '{"m": 1}', '{"m": 2}')
        return cells

    def pricebooks(self) -> None:
        """Add pricebooks, some with amendments, and their list prices."""
        # One currency per case, for a mismatch would withhold everything.
        own = self.name("Q")
        self.currency = self.pick(None, None, "USD", "EUR", "JPY", "BHD", own)
        if self.currency == own and self.chance(0.6):
            units = self.pick("0", "3", "1")
            self.add("currencies", id=self.name("cur"), code=own, minor_units=units)
        prorate = self.pick(None, None, "true", "false")
        self.product_prorate = {
            product["id"]: self.maybe(0.25, "true", "false") for product in self.product_rows
        }
        self.lists: list[tuple[Cells, Cells]] = []
        self.books: dict[str, list[Cells]] = {}
        for number in range(self.rng.randint(1, 3)):
            durable_id = self.name(f"b{number}")
            amendments = {self.day(20, 380) for _ in range(self.pick(0, 0, 0, 1, 1, 2))}
            terms: Cells = {
                "invoice_delivery": self.pick(None, "ARREARS", "ARREARS", "ADVANCED"),
                "invoice_schedule": self.pick(None, None, *SCHEDULES),
                "billing_anchor": self.maybe(0.3, "CALENDAR", "ANNIVERSARY"),
                "billing_target": self.maybe(0.15, "aws", "stripe"),
            }
            sold = [product for product in self.product_rows if self.chance(0.75)]
            phases = {product["id"]: self.phases() for product in sold}
            self.books[durable_id] = []
            for index, effective in enumerate([None, *sorted(amendments)]):
                if index and self.chance(0.15):
                    terms = {**terms, "invoice_schedule": self.pick(*SCHEDULES)}
                row = self.add(
                    "pricebooks",
                    id=self.name(f"b{number}_{index}"),
                    durable_id=durable_id,
                    name=f"Book {number}",
                    currency=self.currency,
                    prorate=prorate,
                    payment_terms_days=self.maybe(0.4, "0", "14", "30"),
                    payment_terms_kind=(None, "END_OF_MONTH")[(number + index) % 2],
                    effective_at=self.moment(effective) if effective else None,
                    ineffective_at=self.maybe_moment(0.06, 100, 400),
                    archived_at=self.maybe_moment(0.04, 100, 400),
                    **terms,
                )
                self.books[durable_id].append(row)
                self.list_prices(row, phases)

    def phases(self) -> list[tuple[str | None, str | None]]:
        """Return the start_period and end_period of a product's list prices."""
        if self.chance(0.75):
            return [(None, None)]
        cut = self.pick("1", "2", "3", "6")
        return self.pick(
            [(None, cut), (cut, None)], [("0", cut), (cut, "12")], [(cut, "12")], [(None, cut)]
        )

    def list_prices(
        self, book: Cells, phases: dict[str, list[tuple[str | None, str | None]]]
    ) -> None:
        """Add the list prices of a pricebook row; now and then one twice."""
        for product in self.product_rows:
            for index, (start, end) in enumerate(phases.get(product["id"], [])):
                durable_id = f"{book['durable_id']}_{product['id']}_{index}"
                for copy in range(2 if self.chance(0.04) else 1):
                    row = self.add(
                        "list_prices",
                        id=self.fresh("l"),
                        durable_id=None if copy else durable_id,
                        pricebook_uid=book["id"],
                        product_uid=product["id"],
                        start_period=start,
                        end_period=end,
                        prorate=self.product_prorate[product["id"]],
                        created_at=self.created_early(),
                        **self.pricing(product, is_sparse=False),
                    )
                    self.lists.append((row, product))

    def contracts(self) -> None:
        """Add contracts, some with amendments."""
        self.contract_rows: dict[str, list[Cells]] = defaultdict(list)
        self.terms: dict[str, tuple[date, date]] = {}
        for number in range(self.pick(1, 1, 2, 2, 3)):
            self.contract(number)

    def contract(self, number: int) -> None:
        """Add the rows of one contract: what an amendment does not change, it repeats."""
        durable_id, customer = self.name(f"k{number}"), self.rng.choice(self.customer_ids)
        start = self.day(0, 120)
        end = start + timedelta(days=round(30.44 * self.pick(1, 3, 6, 12, 12, 13)))
        end = self.pick(end, end, end.replace(day=1), end.replace(day=min(start.day, 28)))
        if end <= start:
            end = start + timedelta(days=45)
        self.terms[durable_id] = start, end
        started, ended = self.moment(start), self.moment(end)
        if self.chance(0.15):
            ended = self.pick(None, None, "9999-12-31") if self.base.year == 2024 else ended
        first, last = ((day - self.base).days for day in (start, end))
        prorate = self.maybe(0.4, "true", "false")
        anchor = self.maybe(0.25, "CALENDAR", "ANNIVERSARY")
        amendments = {self.day(first, last + 5) for _ in range(self.pick(0, 0, 0, 1, 1, 2))}
        book = self.maybe(0.9, *self.books)
        for index, effective in enumerate([self.maybe(0.3, start), *sorted(amendments)]):
            if index:
                book = self.pick(book, book, *self.books)
                if self.chance(0.05):
                    customer = self.rng.choice(self.customer_ids)
                if self.chance(0.05):
                    anchor = self.pick("CALENDAR", "ANNIVERSARY")
                if self.chance(0.05):
                    ended = self.moment(self.day(first + 30, last + 40))
                if self.chance(0.05):
                    prorate = self.pick("true", "false", None)
            # Without a pricebook, only the contract can name the currency.
            currency = self.currency if book is None else self.maybe(0.4, self.currency)
            row = self.add(
                "contracts",
                id=self.name(f"k{number}_{index}"),
                durable_id=durable_id,
                customer_id=customer,
                pricebook_id=book,
                currency=currency,
                billing_anchor=anchor,
                prorate=prorate,
                payment_terms_days=self.maybe(0.3, "0", "10", "45"),
                payment_terms_kind=(None, None, "NET", "END_OF_MONTH")[(number + index) % 4],
                started_at=started,
                ended_at=ended,
                effective_at=self.moment(effective) if effective else None,
                ineffective_at=self.maybe_moment(0.04, 60, 400),
                archived_at=self.maybe_moment(0.03, 60, 400),
                void="true" if self.chance(0.04) else self.maybe(0.2, "false"),
                created_at=self.created_early(),
            )
            self.contract_rows[durable_id].append(row)

    def contract_prices(self) -> None:
        """Add overrides and ad hoc prices."""
        for durable_id, rows in self.contract_rows.items():
            for _ in range(self.pick(0, 1, 1, 2, 3, 4)):
                cells: Cells = {"id": self.fresh("x"), "created_at": self.created()}
                if self.chance(0.5):
                    cells["contract_uid"] = self.rng.choice(rows)["id"]
                else:
                    cells["contract_id"] = durable_id
                if self.chance(0.35) or not self.lists:
                    self.make_ad_hoc(cells)
                else:
                    self.make_override(cells, rows)
                cells["discount_percent"] = self.maybe(0.25, "10", "33.33", "100", "0")
                cells["discount_amount"] = self.maybe(0.15, "5", "0.005", "40.01")
                self.date_price(cells, self.terms[durable_id])
                self.add("contract_prices", **cells)

    def make_ad_hoc(self, cells: Cells) -> None:
        """Sell a product, rather one that no pricebook sells."""
        listed = {product["id"] for _, product in self.lists}
        spare = [product for product in self.product_rows if product["id"] not in listed]
        product = self.rng.choice(spare if spare and self.chance(0.6) else self.product_rows)
        cells["product_uid"] = product["id"]
        cells["prorate"] = self.product_prorate[product["id"]]
        cells.update(self.pricing(product, is_sparse=False))

    def make_override(self, cells: Cells, contract_rows: list[Cells]) -> None:
        """Override a list price, mostly one of the contract's pricebooks."""
        names = {row["pricebook_id"] for row in contract_rows} - {None}
        book_rows = {book["id"] for name in names for book in self.books[name]}
        here = [pair for pair in self.lists if pair[0]["pricebook_uid"] in book_rows]
        choices = here if here and self.chance(0.95) else self.lists
        list_price, product = self.rng.choice(choices)
        if list_price["durable_id"] and self.chance(0.5):
            cells["list_price_id"] = list_price["durable_id"]
        else:
            cells["list_price_uid"] = list_price["id"]
        cells["prorate"] = self.maybe(0.05, "true", "false")
        cells.update(self.pricing(product, is_sparse=True))

    def date_price(self, cells: Cells, term: tuple[date, date]) -> None:
        """Give a contract price dates, or periods, or neither."""
        kind, first, last = self.rng.random(), *((day - self.base).days for day in term)
        if kind < 0.35:
            low = self.day(first - 5, last)
            cells["started_at"] = self.maybe(0.7, self.moment(low))
            earliest = max(first, (low - self.base).days) + 1
            cells["ended_at"] = self.maybe_moment(0.7, earliest, last + 20)
        elif kind < 0.5:
            start = self.pick(None, 0, 1, 2, 5)
            cells["start_period"] = None if start is None else str(start)
            cells["end_period"] = self.maybe(0.7, str((start or 0) + self.pick(1, 2, 6, 12)))

    # Faults and history

    def corrupt(self) -> None:
        """Put bad cells into some rows, and tiers where none belong."""
        for _ in range(self.rng.randint(1, 3)):
            name, column, values = self.rng.choice(BAD_CELLS)
            if not self.inputs[name]:
                continue
            row, value = self.rng.choice(self.inputs[name]), self.rng.choice(values)
            row[column] = value.format(prefix=self.prefix) if value else value
        if self.chance(0.15):
            target = self.pick("list_prices", "contract_prices")
            owners = [row["id"] for row in self.inputs[target] if row["id"]]
            if owners:
                self.add(
                    "price_tiers",
                    id=self.fresh("tier"),
                    up_to=self.pick("10", None),
                    unit_price=self.pick("1", "x"),
                    **{f"{target[:-1]}_uid": self.rng.choice(owners)},
                )

    def history(self) -> None:
        """Add older versions, duplicates, deletes and branch rows of some rows."""
        for name, rows in self.inputs.items():
            for row in list(rows):
                chance = self.rng.random()
                if row["id"] is None or chance > 0.09:
                    continue
                other = {**row, **self.other_cell(name)}
                if chance < 0.03:
                    row["version"], row["created_at"] = self.pick("1", "2"), self.created()
                    rows.insert(rows.index(row), other)
                elif chance < 0.045:
                    rows.append({**other, "created_at": self.created()})
                elif chance < 0.055:
                    gone = {"version": "3", "is_deleted": "true", "created_at": self.created()}
                    rows.append({**other, **gone})
                elif chance < 0.08:
                    other["branch"] = self.pick("dev", "dev", "other")
                    other["version"] = self.pick(row["version"], "5")
                    rows.append({**other, "created_at": self.created()})
                else:
                    version = self.pick(row["version"], "6")
                    rows.append({**row, "branch": "dev", "is_deleted": "true", "version": version})

    def other_cell(self, input_name: str) -> Cells:
        """Return what another version of a row says."""
        price = self.rng.choice(PRICES)
        return {
            "customers": {"billing_timezone": self.rng.choice(self.zones)},
            "customer_aliases": {"customer_id": self.rng.choice(self.customer_ids)},
            "products": {"name": "Changed"},
            "product_filters": {"is_optional": "true"},
            "pricebooks": {"payment_terms_days": "7"},
            "list_prices": {"price": price},
            "contracts": {"payment_terms_days": "3"},
            "contract_prices": {"price": price},
            "price_tiers": {"unit_price": "1"},
            "currencies": {"minor_units": "2"},
        }[input_name]

    # Usage

    def usage(self) -> None:
        """Add usage events, some of them twice."""
        sold = [product["event_name"] for _, product in self.lists if product["event_name"]]
        names = (sold * 2 + self.event_names) or [self.name("e0")]
        edges = [
            cell
            for rows in self.inputs.values()
            for row in rows
            for column, cell in row.items()
            if cell
            and column in ("effective_at", "ended_at", "started_at", "ineffective_at")
            and cell.startswith(YEARS)
        ]
        sizes = (0, 5, 10, 20, 40, 60) if self.event_names else (0, 0, 5)
        for number in range(self.pick(*sizes)):
            event: Cells = dict.fromkeys(COLUMNS["usage_events"])
            event["transaction_id"] = self.maybe(0.995, self.name(f"t{number}"))
            self.send_as(event)
            event["metered_at"] = self.metered_at(edges)
            event["properties"] = self.properties(self.rng.choice(names))
            event["received_at"] = self.received_at(event["metered_at"])
            event["branch"] = self.maybe(0.06, "dev", "dev", "other", "main")
            self.events.append(event)
            if self.chance(0.06):
                again = {
                    "received_at": self.received_at(event["metered_at"]),
                    "properties": self.properties(self.rng.choice(names)),
                }
                self.events.append({**event, **again})
            elif self.chance(0.03):
                self.events.append(dict(event))
        self.rng.shuffle(self.events)

    def send_as(self, event: Cells) -> None:
        """Name the customer, by id or alias; rarely a stranger, nobody, or both."""
        chance = self.rng.random()
        if chance < 0.15 and self.alias_names:
            event["customer_alias"] = self.rng.choice(self.alias_names)
        elif chance < 0.165:
            event["customer_alias"] = self.name("stranger")
        elif chance < 0.18:
            event["customer_id"] = self.name("ghost_events")
        elif chance < 0.99:
            rows = [row for rows in self.contract_rows.values() for row in rows]
            busy = sorted({row["customer_id"] for row in rows if row["customer_id"]})
            is_busy = busy and self.chance(0.93)
            event["customer_id"] = self.rng.choice(busy if is_busy else self.customer_ids)
            if self.alias_names and self.chance(0.03):
                event["customer_alias"] = self.rng.choice(self.alias_names)
                event["customer_id"] = self.pick(event["customer_id"], self.name("ghost_events"))

    def metered_at(self, edges: list[str]) -> str | None:
        """Return a time: mostly within a contract, often at the edge of a window."""
        chance = self.rng.random()
        if chance < 0.02:
            return self.pick("yesterday", None, "2024-02-30", "2024-01-01T25:00:00Z")
        if chance < 0.2 and edges:
            clocks = ("T00:00:00Z", "T05:00:00Z", "T04:59:59.999999Z", "", "T23:00:00-05:00")
            return self.rng.choice(edges)[:10] + self.pick(*clocks, "T03:00:00Z")
        day = self.day(-20, 420)
        if self.chance(0.85):
            start, end = self.rng.choice(list(self.terms.values()))
            first, last = ((edge - self.base).days for edge in (start, end))
            day = self.day(first, min(last, first + 100))
        suffix = self.pick("Z", "Z", "", ".123456Z", "+01:00", "-03:00")
        return f"{day}T{self.clock()}{suffix}"

    def received_at(self, metered_at: str | None) -> str | None:
        """Return a time at which an event may have arrived, or none."""
        if self.chance(0.5) or metered_at is None or not metered_at.startswith(YEARS):
            return None
        if self.chance(0.01):
            return "later"
        try:
            day = date.fromisoformat(metered_at[:10])
        except ValueError:
            return None
        day += timedelta(days=self.pick(0, 1, 1, 2, 30, 90))
        return f"{day}T{self.rng.randint(0, 23):02}:30:00Z"

    def properties(self, name: str) -> str | None:
        """Return the JSON of an event: rarely broken, with quantities that rarely are none."""
        chance = self.rng.random()
        if chance < 0.02:
            return self.pick("[1]", "{", None, "null", '"x"')
        if chance < 0.03:
            return '{"n": 1}'
        cells = [f'"name": "{self.name("unknown") if chance < 0.05 else name}"']
        if self.chance(0.97):
            cells.append(f'"n": {self.quantity()}')
        if self.chance(0.9):
            inner = [f'"v": {self.quantity()}']
            if self.chance(0.6):
                inner.append(f'"kind": {self.kind()}')
            cells.append(f'"u": {{{", ".join(inner)}}}')
        if self.chance(0.8):
            cells.append(f'"kind": {self.kind()}')
        if self.chance(0.95):
            value = self.pick('"u1"', '"u2"', '"u3"', "1", '"1"', "true", "null")
            cells.append(f'"id": {value}')
        if self.chance(0.03):
            cells.append(f'"$.u.v": {self.quantity()}')
        self.rng.shuffle(cells)
        return "{" + ", ".join(cells) + "}"

    def quantity(self) -> str:
        """Return a quantity as JSON."""
        return self.rng.choice(QUANTITIES if self.chance(0.95) else BAD_QUANTITIES)

    def kind(self) -> str:
        """Return what the filters ask for, as JSON."""
        return self.pick('"a"', '"a"', '"b"', '"c"', "1", '"1"', "true", "null")


def random_settings(rng: random.Random, era: str) -> Settings:
    """Return settings whose as-of instant lies within the era."""
    base = ERAS[era][0]
    day = base + timedelta(days=rng.randint(40, 430))
    day = day.replace(day=min(day.day, 28) if rng.random() < 0.8 else 1)
    system = f"{base + timedelta(days=rng.randint(0, 400))}T12:00:00Z"
    return {
        "as_of": f"{day}T{rng.choice(['12:00:00', '12:00:00', '00:00:00', '05:00:00'])}Z",
        "system_as_of": system if rng.random() < 0.15 else "",
        "branch": rng.choice(["main", "main", "dev"]),
        "billing_timezone": rng.choice(["UTC", "UTC", "America/New_York", "Europe/Berlin"]),
        "currency": rng.choice(["USD", "USD", "USD", "EUR"]),
        "forecast_months": rng.choice(["0", "0", "1", "3"]),
        "finalization_delay_hours": rng.choice(["0", "0", "36"]),
    }
