"""What random cases can have besides: tiers, packages, and usage up to their bounds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from oracle.cases import NOPE, PRICES, CaseMaker, Cells
from oracle.charges import TIERED
from oracle.inputs import COLUMNS
from oracle.quotes import RESERVED

MODEL_TURNS = (
    *["GRADUATED"] * 4,
    *["VOLUME"] * 4,
    *["PACKAGE"] * 3,
    *["GRADUATED_PERCENTAGE"] * 2,
    *("FLAT", None),
)
WHOLE = ("COUNT", "UNIQUE_COUNT")
# Bounds of tiers: of what is counted, of fees, and of other usage.
COUNTS = ("1", "2", "3", "5", "8")
SEATS = ("1", "2", "2.5", "3", "5", "10")
AMOUNTS = ("0.5", "3", "7", "10", "10.5", "20", "100", "110", "400", "1234567.123456789")
PACKAGES = ("0.5", "1", "3", "7", "10", "100", "1000")
UNIT_PRICES = (
    *("1", "0.5", "0.25", "2", "10", "0.1234567891", "99.99", "0.0004", "0", "-2", "3e-01"),
    *("12345.6789", "1.005"),
)
FLATS = ("5", "10", "0.005", "100", "0", "-20", "33.3333333333")
PRICES_PER = ("1", "3", "3", "1000", "1000000", "1e3")
LARGE_PRICES = ("3333.33", "99999999.5", "1234567.8901234567", "-5000")
MONTHS = ("1", "1", "3", "7", "12", "12", "1200")
SMALLEST = Decimal("1e-12")
# No numbers, and numbers out of range, by column.
BAD_TIER_CELLS = (
    ("up_to", ("x", "0", "-5", "0.1234567890123", "1e12", "1000000000000")),
    ("unit_price", ("x", "12,5", "0.12345678901", "100000000", "-1e8")),
    ("flat_amount", ("x", "0.12345678901", "100000000")),
)
BAD_PRICE_CELLS = (
    ("package_size", ("0", "-1", "x", "1e12", "0.1234567890123", None)),
    ("price_per", ("0", "1.5", "x", "-3", "1000000001", "1e9", "0.5")),
    ("price_months", ("0", "1201", "x", "-1", "1.5", "1", "1")),
    ("charge_model", ("PERCENTAGE", "LOTTERY", "graduated", "GRADUATED", "PACKAGE", None)),
    ("invoice_delivery", ("ONE_TIME",)),
    ("price", ("100000000", "abc", None)),
)


class Pricing(NamedTuple):
    """The cells of a price, and those of its tiers."""

    cells: Cells
    tiers: list[Cells]


class Aim(NamedTuple):
    """A quantity at which something changes, and what is free before."""

    bound: Decimal
    free: Decimal


class ChargeCases(CaseMaker):
    """Makes cases whose prices have other charge models."""

    def charge_models(self) -> None:
        """Change prices, break a few of them, and use up to their bounds."""
        self.aims: dict[str, list[Aim]] = {}
        # What was given to an id, and to a thing that goes on under other ids.
        self.given: dict[tuple[str, str], Pricing] = {}
        self.continued: dict[str, Pricing] = {}
        if self.chance(0.6):
            self.sell_in_tiers()
        self.products_by_id = {row["id"]: row for row in self.product_rows}
        for name, share in (("list_prices", 0.65), ("contract_prices", 0.4), ("quote_prices", 0.4)):
            for row in self.inputs[name]:
                product = self.products_by_id.get(self.product_of(row))
                if product is None or row["id"] is None:
                    continue
                if self.chance(share):
                    self.charge(name, row, product)
                elif self.chance(0.2):
                    row.update(self.outside_group(row, product))
        if self.chance(0.5):
            self.tier_history()
        if self.chance(0.35):
            for _ in range(self.pick(1, 1, 2)):
                self.break_price()
        self.use_to_bounds()

    def sell_in_tiers(self) -> None:
        """Add a customer whose contract sells usage and fees; all of it is charged later."""
        customer, book, contract = self.name("ct"), self.name("bt"), self.name("kt")
        zone = self.rng.choice(self.zones)
        self.add("customers", id=self.name("cut"), durable_id=customer, billing_timezone=zone)
        terms = {"currency": self.currency, "invoice_schedule": self.maybe(0.3, "1", "3", "12")}
        book_row = self.add("pricebooks", id=self.name("bt_0"), durable_id=book, **terms)
        self.books[book] = [book_row]
        for number in range(self.pick(1, 2, 3)):
            product = self.add(
                "products",
                id=self.name(f"pt{number}"),
                name=f"Tiered {number}",
                ptype=self.pick("EVENT", "EVENT", "EVENT", "FIXED"),
            )
            if product["ptype"] == "EVENT":
                product["event_name"] = self.name(f"et{number}")
                aggregation = self.pick("SUM", "SUM", "SUM", "COUNT", "WEIGHTED_SUM", "MAX")
                product["aggregation"] = aggregation
                product["agg_property"] = None if aggregation == "COUNT" else "n"
            row = self.add(
                "list_prices",
                id=self.fresh("lt"),
                durable_id=self.name(f"lt{number}"),
                pricebook_uid=book_row["id"],
                product_uid=product["id"],
                price="7",
                minimum_amount=self.maybe(0.2, "31", "500"),
                maximum_amount=self.maybe(0.2, "40", "1000"),
                billing_anchor=self.maybe(0.2, "ANNIVERSARY"),
                prorate=self.maybe(0.3, "true", "false"),
            )
            self.product_rows.append(product)
            self.lists.append((row, product))
        self.sell("kt_0", contract, customer, book, days=(60, 120, 365), renews=0.4)

    def sell(
        self,
        name: str,
        contract: str,
        customer: str,
        book: str,
        *,
        days: tuple[int, ...],
        renews: float,
    ) -> None:
        """Sell a pricebook to a customer for one of some terms, which may renew."""
        start = self.day(0, 150)
        self.terms[contract] = start, start + timedelta(days=self.pick(*days))
        renewal = {"auto_renew": "true", "renewal_uplift_percent": self.pick("10", "3.25", "-10")}
        row = self.add(
            "contracts",
            id=self.name(name),
            durable_id=contract,
            customer_id=customer,
            pricebook_id=book,
            started_at=start.isoformat(),
            ended_at=self.terms[contract][1].isoformat(),
            **(renewal if self.chance(renews) else {}),
        )
        self.contract_rows[contract] = [row]

    def product_of(self, row: Cells) -> str | None:
        """Return the product of a list price, or of what names one."""
        if row.get("product_uid"):
            return row["product_uid"]
        for list_price in self.inputs["list_prices"]:
            names = (row.get("list_price_uid"), row.get("list_price_id"))
            if list_price["id"] == names[0] or list_price["durable_id"] == (names[1] or ""):
                return list_price["product_uid"]
        return None

    # Prices

    def charge(self, name: str, row: Cells, product: Cells) -> None:
        """Give a row another charge model; other versions of it mostly the same one."""
        known = self.given.get((name, row["id"]))
        if known is not None:
            row.update(known.cells if self.chance(0.8) else {})
            return
        # The same thing under another id: in the next pricebook row, or as an override.
        thing = row.get("durable_id") or row.get("list_price_id") or product["id"]
        pricing = self.continued.get(thing)
        if pricing is None or self.chance(0.35):
            pricing = self.new_pricing(product)
        elif self.chance(0.6):
            pricing = self.respelt(pricing)
        else:
            pricing = self.altered(pricing)
        self.continued[thing] = self.given[name, row["id"]] = pricing
        row.update(pricing.cells)
        row.update(self.outside_group(row, product))
        self.charge_quantity(row, product, pricing)
        owner = row["id"] if name != "quote_prices" else RESERVED + row["id"]
        column = "list_price_uid" if name == "list_prices" else "contract_price_uid"
        tiers = list(pricing.tiers)
        self.rng.shuffle(tiers)
        for cells in tiers:
            self.add("price_tiers", id=self.fresh("pt"), **{column: owner}, **cells)

    def new_pricing(self, product: Cells) -> Pricing:
        """Return a price of some charge model."""
        model = self.rng.choice(MODEL_TURNS)
        cells: Cells = {"charge_model": model, "price": self.rng.choice(PRICES)}
        cells["package_size"] = self.rng.choice(PACKAGES) if model == "PACKAGE" else None
        if model not in TIERED:
            # Tiers that nobody asks for; without a charge model nobody knows what is meant.
            extra = self.tiers(product) if self.chance(0.08) else []
            return Pricing(cells, extra)
        cells["price"] = self.maybe(0.1, "7", "100000000", "0.12345678901")
        return Pricing(cells, self.tiers(product))

    def tiers(self, product: Cells) -> list[Cells]:
        """Return the cells of one to four tiers."""
        bounds = self.rng.sample(self.bounds(product), self.pick(1, 2, 2, 3, 4))
        bounds.sort(key=Decimal)
        if self.chance(0.65):
            bounds[-1] = None
        return [self.tier(bound) for bound in bounds]

    def tier(self, bound: str | None) -> Cells:
        """Return the cells of a tier: a price, a flat amount, or both."""
        unit_price, flat = self.rng.choice(UNIT_PRICES), self.maybe(0.45, *FLATS)
        if flat is not None and self.chance(0.3):
            unit_price = None
        return {"up_to": bound, "unit_price": unit_price, "flat_amount": flat}

    def bounds(self, product: Cells) -> tuple[str, ...]:
        """Return where tiers of a product may end."""
        if product["ptype"] != "EVENT":
            return SEATS
        has_number = product["agg_property"] and product["aggregation"] not in WHOLE
        return AMOUNTS if has_number else COUNTS

    def respelt(self, pricing: Pricing) -> Pricing:
        """Return the same price, written otherwise."""
        tiers = [dict(tier) for tier in pricing.tiers]
        for tier in tiers:
            if tier["flat_amount"] in (None, "0") and tier["unit_price"] is not None:
                tier["flat_amount"] = self.pick(None, "0", "0.00")
            if tier["up_to"] and tier["up_to"].isdecimal():
                tier["up_to"] += self.pick("", ".0", "e0")
        return Pricing(pricing.cells, tiers)

    def altered(self, pricing: Pricing) -> Pricing:
        """Return a price that differs in one cell."""
        cells, tiers = dict(pricing.cells), [dict(tier) for tier in pricing.tiers]
        if not tiers:
            column, values = self.pick(("price", PRICES), ("package_size", PACKAGES))
            if column == "price" or cells["package_size"]:
                cells[column] = self.rng.choice(values)
            return Pricing(cells, tiers)
        tier = self.rng.choice(tiers)
        match self.pick("unit_price", "flat_amount", "up_to", "model"):
            case "unit_price":
                tier["unit_price"] = self.rng.choice(UNIT_PRICES)
            case "flat_amount":
                tier["flat_amount"] = self.rng.choice(FLATS)
            case "up_to" if tier is tiers[-1]:
                tier["up_to"] = "2000000" if tier["up_to"] is None else None
            case "model" if cells["charge_model"] in TIERED:
                cells["charge_model"] = self.rng.choice(TIERED)
        return Pricing(cells, tiers)

    def outside_group(self, row: Cells, product: Cells) -> Cells:
        """Return for how many units and months a price is."""
        cells: Cells = {"price_per": self.maybe(0.35, *PRICES_PER)}
        if cells["price_per"] in ("1000", "1000000", "1e3") and row["price"] and self.chance(0.6):
            cells["price"] = self.rng.choice(LARGE_PRICES)
        if product["ptype"] == "FIXED" and row["invoice_delivery"] != "ONE_TIME":
            cells["price_months"] = self.maybe(0.35, *MONTHS)
        return cells

    def charge_quantity(self, row: Cells, product: Cells, pricing: Pricing) -> None:
        """Order a quantity at a bound of a fee; note the bounds of usage."""
        bounds = [Decimal(tier["up_to"]) for tier in pricing.tiers if tier["up_to"]]
        if size := pricing.cells["package_size"]:
            bounds += [Decimal(size) * count for count in (1, 2)]
        if product["ptype"] == "EVENT":
            if self.chance(0.2):
                row["free_quantity"] = self.pick("1", "5", "0.5", "10", "1e1")
            try:
                free = Decimal(row["free_quantity"] or 0)
            except ArithmeticError:
                free = Decimal(0)
            self.aims.setdefault(product["id"], []).extend(Aim(bound, free) for bound in bounds)
        elif bounds and self.chance(0.6):
            bound = self.rng.choice(bounds)
            quantities = (bound, bound, bound + 1, bound + SMALLEST, -bound, Decimal(0))
            row["fixed_quantity"] = f"{self.rng.choice(quantities):f}"

    def tier_history(self) -> None:
        """Add older versions, deletes and branch rows of some tiers."""
        for row in list(self.inputs["price_tiers"]):
            chance, price = self.rng.random(), self.rng.choice(UNIT_PRICES)
            if row["id"] is None or chance > 0.12:
                continue
            if chance < 0.05:
                row["version"] = "1"
                self.inputs["price_tiers"].append({**row, "version": "0", "up_to": "1"})
            elif chance < 0.07:
                gone = {"version": "3", "is_deleted": "true"}
                self.inputs["price_tiers"].append({**row, **gone})
            else:
                self.inputs["price_tiers"].append({**row, "unit_price": price, "branch": "dev"})

    def break_price(self) -> None:
        """Break a price or its tiers."""
        tiers = self.inputs["price_tiers"]
        match self.pick(
            "cell", "cell", "cell", "tier", "tier", "double", "neither", "gone", "lost"
        ):
            case "tier" if tiers:
                column, values = self.rng.choice(BAD_TIER_CELLS)
                self.rng.choice(tiers)[column] = self.rng.choice(values)
            case "double" if tiers:
                self.inputs["price_tiers"].append(
                    {**self.rng.choice(tiers), "id": self.fresh("pt")}
                )
            case "neither" if tiers:
                self.rng.choice(tiers).update(unit_price=None, flat_amount=None)
            case "gone" if tiers:
                lost = self.rng.choice(tiers)
                names = ("list_price_uid", "contract_price_uid")
                self.inputs["price_tiers"] = [
                    row for row in tiers if any(row[name] != lost[name] for name in names)
                ]
            case "lost":
                nobody = NOPE.format(prefix=self.prefix)
                names = self.pick(
                    {"contract_price_uid": nobody},
                    {"contract_price_uid": RESERVED + nobody},
                    {"list_price_uid": nobody},
                    {},
                )
                self.add("price_tiers", id=self.fresh("pt"), **names, **self.tier("10"))
            case _:
                name = self.pick("list_prices", "list_prices", "contract_prices", "quote_prices")
                column, values = self.rng.choice(BAD_PRICE_CELLS)
                if self.inputs[name]:
                    self.rng.choice(self.inputs[name])[column] = self.rng.choice(values)

    # Usage

    def use_to_bounds(self) -> None:
        """Use products up to their bounds, one unit more, and less than nothing."""
        for product_uid, aims in self.aims.items():
            if not aims:
                continue
            product = self.products_by_id[product_uid]
            if product["event_name"] and self.contract_rows and self.chance(0.8):
                self.use_product(product, aims)
            for row in self.inputs["quote_usage"]:
                if row["product_uid"] == product_uid and self.chance(0.6):
                    row["quantity"] = f"{self.quantity_near(self.rng.choice(aims)):f}"

    def use_product(self, product: Cells, aims: list[Aim]) -> None:
        """Use a product in some months of a contract, often nothing else of it then."""
        name = product["event_name"]
        if self.chance(0.6):
            self.events[:] = [
                event for event in self.events if f'"{name}"' not in (event["properties"] or "")
            ]
        durable_id = self.rng.choice(self.sellers(product) or list(self.contract_rows))
        customer_id = self.contract_rows[durable_id][0]["customer_id"]
        first, last = self.terms[durable_id]
        for number in range(self.pick(1, 2, 3, 4)):
            month = first.replace(day=1) + timedelta(days=31 * number + self.pick(0, 0, 14))
            if month > last + timedelta(days=31):
                return
            if self.chance(0.5):
                self.change_within(month, durable_id, product)
            target = self.quantity_near(self.rng.choice(aims))
            for value in self.values_of(product, target):
                day = month + timedelta(days=self.rng.randint(0, 27))
                clock = self.pick("00:00:00", self.clock(), self.clock())
                event: Cells = dict.fromkeys(COLUMNS["usage_events"])
                event["transaction_id"] = self.fresh("tc")
                event["customer_id"] = customer_id
                event["metered_at"] = f"{day}T{clock}Z"
                user = self.pick("u1", self.fresh("u"))
                inner = f'{{"v": {value}, "kind": "a"}}'
                event["properties"] = (
                    f'{{"name": "{name}", "n": {value}, "kind": "a", "u": {inner}, "id": "{user}"}}'
                )
                self.events.append(event)

    def sellers(self, product: Cells) -> list[str]:
        """Return the contracts that have a pricebook with a product."""
        rows = {row["pricebook_uid"] for row, sold in self.lists if sold is product}
        books = {name for name, books in self.books.items() if rows & {row["id"] for row in books}}
        return [
            durable_id
            for durable_id, contract_rows in self.contract_rows.items()
            if books & {row["pricebook_id"] for row in contract_rows}
        ]

    def change_within(self, month: date, durable_id: str, product: Cells) -> None:
        """Change a contract, or a product's price on it, in the middle of a month."""
        day = month + timedelta(days=self.rng.randint(5, 22))
        names = [row["durable_id"] for row, sold in self.lists if sold is product]
        if self.chance(0.4) or not any(names):
            rows = self.contract_rows[durable_id]
            terms = {"effective_at": self.moment(day), "payment_terms_days": self.pick("1", "2")}
            row = {**self.rng.choice(rows), "id": self.fresh("kc"), **terms}
            self.inputs["contracts"].append(row)
            rows.append(row)
            return
        row = self.add(
            "contract_prices",
            id=self.fresh("xc"),
            contract_id=durable_id,
            list_price_id=self.rng.choice([name for name in names if name]),
            started_at=self.moment(day),
            ended_at=self.maybe(0.4, (day + timedelta(days=self.rng.randint(1, 40))).isoformat()),
            discount_percent=self.maybe(0.2, "10"),
        )
        if self.chance(0.85):
            self.charge("contract_prices", row, product)
        else:
            row["price"] = self.rng.choice(PRICES)

    def quantity_near(self, aim: Aim) -> Decimal:
        """Return a quantity at a bound, with what is free before it, or just beside it."""
        exact = aim.bound + aim.free
        return self.pick(
            *(exact, exact, exact, aim.bound, exact + 1, exact + SMALLEST, exact - 1),
            *(aim.free, -aim.bound, -exact, Decimal(0), exact * 3),
        )

    def values_of(self, product: Cells, target: Decimal) -> list[str]:
        """Return the values of events that add up to a quantity, as JSON."""
        if self.bounds(product) is COUNTS:
            return ["1"] * max(min(int(target), 12), 0)
        part = Decimal(self.pick("3", "-7", "0.5", "12"))
        values = self.pick([target], [target - part, part], [target + 1, part, -part - 1])
        return [f'"{value:f}"' for value in values]
