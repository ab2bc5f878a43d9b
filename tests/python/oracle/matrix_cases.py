"""What random cases can have besides: prices by cells, and events that find theirs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from oracle.cases import NOPE, PRICES, Cells
from oracle.charge_cases import FLATS, PACKAGES, UNIT_PRICES
from oracle.charges import PERCENTAGE, TIERED
from oracle.inputs import CELL_NUMBERS, COLUMNS, PARTS
from oracle.percentage_cases import (
    FIXED,
    FREE_EVENTS,
    MAXIMUMS,
    MINIMUMS,
    PERCENTS,
    PercentageCases,
)
from oracle.prices import GROUP
from oracle.quotes import RESERVED

# What events say, as most events of all cases do, and which values cells ask for, as JSON.
VALUES: dict[str, tuple[str, ...]] = {
    "kind": ('"a"', '"b"', '"c"', "1", '"1"', "true"),
    "$.u.kind": ('"a"', '"b"', '"c"', "1", "true"),
    "id": ('"u1"', '"u2"', '"u3"', '"1"', "1"),
    "region": ('"eu"', '"us"', '"EU"', '"eu west"', "1.0", "1"),
}
# Values that no cell names.
OTHERS = ('"z"', '"*"', '""', "2", "false", "null")
MODELS = (
    *["FLAT"] * 6,
    *["GRADUATED"] * 4,
    *["VOLUME"] * 4,
    *["PACKAGE"] * 4,
    *("GRADUATED_PERCENTAGE", "MIXED", "MIXED", "MIXED"),
    *[PERCENTAGE] * 4,
)
# Whose order as text is not that of numbers, or of words.
CELL_IDS = ("1", "2", "10", "9", "a", "b", "Z", "a-in", "a in", "_", "other", "B")
POSITIONS = ("1", "2", "3", "10", "2", "-1", "1.0", None)
BOUNDS = (("10",), ("10",), ("3", "10"), ("5", "100"), ("0.5", "7", "20"), ())
SIZES = ("1", "3", "7", "10", "100", "2.5")
USED = (
    *("1", "1", "2", "3", "5", "7", "10", "10", "0.5", "100", "33.3", "12", "20", "4"),
    *("0", "-3", "-10", "1234567.123456789", "0.000000000001"),
)
CELL_PRICES = (*PRICES, "1", "2", "0.333333", "0.005", "2.50", "0.0004")
TIMES = ("00:00:00", "12:00:00", "23:59:59")
# What can be wrong with one row of a matrix.
BAD_VALUES = ("[1]", "x", '"a"', "null", '{"nothing": "a"}', '{"nothing": null}', "{")
BAD_PARTS: dict[str, tuple[tuple[str, str | None], ...]] = {
    "price_dimensions": (("position", "x"), ("position", "1.5"), ("property", None)),
    "price_cells": (
        *(("price", "100000000"), ("price", "x"), ("price", "0.12345678901")),
        *(("package_size", "0"), ("package_size", "x"), ("event_minimum", "x")),
        *(("percent_rate", "1e8"), ("fixed_amount", "100000000"), ("cell_id", None)),
        *(("cell_values", text) for text in BAD_VALUES),
    ),
    "price_tiers": (("unit_price", "x"), ("up_to", "x"), ("up_to", "77"), ("up_to", "0")),
}


class Grid(NamedTuple):
    """The cells of a price row, and the rows of its dimensions, cells and tiers."""

    row: Cells
    dimensions: list[Cells]
    cells: list[Cells]
    tiers: list[Cells]


class MatrixCases(PercentageCases):
    """Makes cases whose usage is priced by cells."""

    def matrices(self) -> None:
        """Price usage by cells, break a few of them, and use what they are for."""
        # What was given to an id, and to a thing that goes on under other ids.
        self.grid_of_id: dict[tuple[str, str], Grid] = {}
        self.grid_of_thing: dict[str, Grid] = {}
        # What cells of a product ask for.
        self.asked: dict[str, list[dict[str, str]]] = defaultdict(list)
        if self.chance(0.85):
            self.sell_by_cells()
        products = {row["id"]: row for row in self.product_rows}
        for name, share in (("list_prices", 0.2), ("contract_prices", 0.25), ("quote_prices", 0.3)):
            for row in list(self.inputs[name]):
                product = products.get(self.product_of(row))
                if product is None or row["id"] is None:
                    continue
                if self.chance(share if self.has_usage(product) else 0.02):
                    self.price_by_cell(name, row, product)
                elif self.chance(0.06):
                    # Outside the group; without cells nobody reads it.
                    row["tiers_per"] = self.pick("CELL", "CELL", "PRICE", "BOTH")
        if self.chance(0.4):
            self.matrix_history()
        if self.chance(0.45):
            for _ in range(self.pick(1, 1, 2)):
                self.break_matrix()
        self.use_cells()

    @staticmethod
    def has_usage(product: Cells) -> bool:
        """Tell whether a product can have cells."""
        return product["ptype"] == "EVENT" and product["aggregation"] != "WEIGHTED_SUM"

    # Prices

    def sell_by_cells(self) -> None:
        """Add a customer with one contract or two that sell usage by cells."""
        customer, book = self.name("cm"), self.name("bm")
        zone = self.rng.choice(self.zones)
        self.add("customers", id=self.name("cum"), durable_id=customer, billing_timezone=zone)
        terms = {"currency": self.currency, "invoice_schedule": self.maybe(0.3, "1", "3")}
        book_row = self.add("pricebooks", id=self.name("bm_0"), durable_id=book, **terms)
        self.books[book] = [book_row]
        for number in range(self.pick(1, 2)):
            aggregation = self.pick(
                *["SUM"] * 6, *("COUNT", "MAX", "MAX", "UNIQUE_COUNT", "LATEST", None)
            )
            if self.chance(0.03):
                aggregation = "WEIGHTED_SUM"
            properties = {"COUNT": None, "UNIQUE_COUNT": "id"}
            product = self.add(
                "products",
                id=self.name(f"pm{number}"),
                name=f"By cell {number}",
                ptype="EVENT",
                event_name=self.name("em" if self.chance(0.3) else f"em{number}"),
                aggregation=aggregation,
                agg_property=properties.get(aggregation or "", "n"),
            )
            row = self.add(
                "list_prices",
                id=self.fresh("lm"),
                durable_id=self.name(f"lm{number}"),
                pricebook_uid=book_row["id"],
                product_uid=product["id"],
                minimum_amount=self.maybe(0.2, "5", "500"),
                maximum_amount=self.maybe(0.25, "4", "33.335", "100"),
                billing_anchor=self.maybe(0.2, "ANNIVERSARY"),
                prorate=self.maybe(0.3, "true", "false"),
                price_per=self.maybe(0.2, "3", "1000", "1000000"),
            )
            self.price_by_cell("list_prices", row, product)
            self.product_rows.append(product)
            self.lists.append((row, product))
        for number in range(self.pick(1, 1, 1, 2)):
            name = f"km{number}"
            self.sell(
                *(f"{name}_0", self.name(name), customer, book), days=(60, 120, 120), renews=0.4
            )

    def price_by_cell(self, name: str, row: Cells, product: Cells) -> None:
        """Give a row cells; other rows of the same thing mostly the same or nearly so."""
        known = self.grid_of_id.get((name, row["id"]))
        if known is not None:
            row.update(known.row if self.chance(0.8) else {})
            return
        thing = row.get("durable_id") or row.get("list_price_id") or product["id"]
        grid = self.grid_of_thing.get(thing)
        if grid is None or self.chance(0.3):
            grid = self.grid(product)
        elif self.chance(0.5):
            grid = self.respelt_grid(grid)
        else:
            grid = self.altered_grid(grid)
        self.grid_of_thing[thing] = self.grid_of_id[name, row["id"]] = grid
        row.update(grid.row)
        if self.chance(0.4):
            row["free_quantity"] = self.pick(None, "1", "5", "10", "50", "0.5")
        if name != "list_prices" and self.chance(0.25):
            row["discount_amount"] = self.pick("5", "0.005", "40.01")
        owner = self.owner(name, row)
        column, uid = owner
        # Tiers of another charge model are not for these.
        self.inputs["price_tiers"][:] = [
            tier for tier in self.inputs["price_tiers"] if tier[column] != uid
        ]
        for part, rows in zip(PARTS, (grid.tiers, grid.dimensions, grid.cells), strict=True):
            for cells in self.rng.sample(rows, len(rows)):
                self.add(part, id=self.fresh("pm"), **{column: uid}, **cells)

    @staticmethod
    def owner(name: str, row: Cells) -> tuple[str, str]:
        """Return by which column, and by which value of it, tiers and cells name a price."""
        if name == "list_prices":
            return "list_price_uid", row["id"]
        return "contract_price_uid", RESERVED + row["id"] if name == "quote_prices" else row["id"]

    def grid(self, product: Cells) -> Grid:
        """Return new dimensions and cells, with terms of some charge model."""
        model = self.rng.choice(MODELS)
        if model == PERCENTAGE and not self.adds_up(product) and self.chance(0.9):
            model = "FLAT"
        names = self.rng.sample(sorted(VALUES), self.pick(1, 1, 2, 2, 3))
        dimensions = [{"position": self.rng.choice(POSITIONS), "property": name} for name in names]
        row: Cells = dict.fromkeys(GROUP)
        row["tiers_per"] = self.maybe(0.5, "PRICE", "CELL")
        row["charge_model"] = None if model == "MIXED" else self.maybe(0.6, model)
        if row["charge_model"] is None and model == "FLAT":
            row["charge_model"] = self.maybe(0.2, "FLAT")
        row["price"] = self.maybe(0.3, *CELL_PRICES)
        if model == PERCENTAGE:
            row["charge_model"] = row["charge_model"] or self.maybe(0.5, model)
            row["free_events"] = self.maybe(0.35, *FREE_EVENTS)
        bounds, size = self.rng.choice(BOUNDS), self.rng.choice(SIZES)
        row["package_size"] = size if model == "PACKAGE" and self.chance(0.5) else None
        # Those of the price are for cells without their own.
        of_price = self.cell_tiers(bounds) if model in TIERED and self.chance(0.4) else []
        cells, tiers = [], list(of_price)
        ids = self.rng.sample(CELL_IDS, len(CELL_IDS))
        for chosen in self.choices_of_values(names):
            cell_id, values = ids.pop(), self.cell_json(names, chosen)
            self.asked[product["id"]].append(chosen)
            own = self.pick("FLAT", "GRADUATED", "VOLUME", "PACKAGE") if model == "MIXED" else model
            cell: Cells = {"cell_id": cell_id, "cell_values": values}
            is_said = row["charge_model"] is None or self.chance(0.2)
            cell["charge_model"] = own if is_said else None
            cell.update(self.cell_terms(own, row, size))
            if own in TIERED and (not of_price or self.chance(0.5)):
                is_other = row["tiers_per"] == "CELL" and self.chance(0.3)
                tiers += self.cell_tiers(self.rng.choice(BOUNDS) if is_other else bounds, cell_id)
            if own == "FLAT" and row["charge_model"] is None and self.chance(0.5):
                cell["charge_model"] = "FLAT" if model == "MIXED" else None
            cells.append(cell)
        return Grid(row, dimensions, cells, tiers)

    def choices_of_values(self, names: list[str]) -> Iterator[dict[str, str]]:
        """Return what each of one to eight cells names, each another thing, often one nothing."""
        seen, wanted = set(), self.pick(1, 2, 2, 3, 3, 4, 5, 8)
        for number in range(3 * wanted):
            if len(seen) == wanted:
                return
            is_catch_all = number == 0 and self.chance(0.6)
            share = 0 if is_catch_all else 0.65
            chosen = {name: self.rng.choice(VALUES[name]) for name in names if self.chance(share)}
            texts = tuple(sorted((name, value.strip('"')) for name, value in chosen.items()))
            if texts not in seen:
                seen.add(texts)
                yield chosen

    def cell_json(self, names: list[str], chosen: dict[str, str]) -> str | None:
        """Return the JSON of what a cell names; what it does not name, in one of three ways."""
        values = dict(chosen)
        for name in names:
            if name not in values and self.chance(0.3):
                values[name] = self.pick('"*"', "null")
        if not values and self.chance(0.5):
            return None
        pairs = [f"{json.dumps(name)}: {value}" for name, value in values.items()]
        return "{" + ", ".join(self.rng.sample(pairs, len(pairs))) + "}"

    def cell_terms(self, model: str, row: Cells, size: str) -> Cells:
        """Return what a cell of a charge model says itself: what its price does not, or otherwise.

        All packages of one matrix are of one size, mostly.
        """
        cells: Cells = dict.fromkeys(CELL_NUMBERS)
        if model in ("FLAT", "PACKAGE"):
            is_said = row["price"] is None or self.chance(0.8)
            cells["price"] = self.rng.choice(CELL_PRICES) if is_said else None
        if model == "PACKAGE" and (row["package_size"] is None or self.chance(0.2)):
            cells["package_size"] = size
            if row["tiers_per"] == "CELL" and self.chance(0.4):
                cells["package_size"] = self.rng.choice(PACKAGES)
        if model == PERCENTAGE:
            cells["percent_rate"] = self.rng.choice(PERCENTS)
            cells["fixed_amount"] = self.maybe(0.5, *FIXED)
            cells["event_minimum"] = self.maybe(0.2, *MINIMUMS)
            cells["event_maximum"] = self.maybe(0.2, *MAXIMUMS)
        return cells

    def cell_tiers(self, bounds: tuple[str, ...], cell_id: str | None = None) -> list[Cells]:
        """Return tiers with some bounds, of a cell or of its price."""
        return [{"cell_id": cell_id, **self.tier(bound)} for bound in (*bounds, None)]

    def respelt_grid(self, grid: Grid) -> Grid:
        """Return the same cells, written otherwise."""
        copy = self.copied(grid)
        for cell in copy.cells:
            if cell["price"] and cell["price"].isdecimal():
                cell["price"] += self.pick("", ".0", "e0")
            if cell["cell_values"] in (None, "{}"):
                cell["cell_values"] = self.pick(None, "{}")
            if copy.row["charge_model"] and self.chance(0.3):
                cell["charge_model"] = cell["charge_model"] or copy.row["charge_model"]
        for tier in copy.tiers:
            if tier["flat_amount"] in (None, "0") and tier["unit_price"] is not None:
                tier["flat_amount"] = self.pick(None, "0", "0.00")
        return copy

    def altered_grid(self, grid: Grid) -> Grid:
        """Return the cells with something that differs."""
        copy = self.copied(grid)
        cell = self.rng.choice(copy.cells)
        kind = self.pick("price", "price", "tier", "tier", "gone", "gone", "per", "position", "id")
        if kind == "price" and cell["price"]:
            cell["price"] = self.rng.choice(CELL_PRICES)
        elif kind == "tier" and copy.tiers:
            tier = self.rng.choice(copy.tiers)
            tier["unit_price"] = self.rng.choice(UNIT_PRICES)
            tier["flat_amount"] = self.maybe(0.4, *FLATS)
        elif kind == "gone" and len(copy.cells) > 1:
            copy.cells.remove(cell)
            copy.tiers[:] = [
                tier for tier in copy.tiers if tier["cell_id"] in (None, *self.ids(copy))
            ]
        elif kind == "per":
            copy.row["tiers_per"] = self.pick(None, "PRICE", "CELL")
        elif kind == "position":
            self.rng.choice(copy.dimensions)["position"] = self.rng.choice(POSITIONS)
        elif kind == "id" and "new" not in self.ids(copy):
            for row in (cell, *(t for t in copy.tiers if t["cell_id"] == cell["cell_id"])):
                if row is not cell:
                    row["cell_id"] = "new"
            cell["cell_id"] = "new"
        return copy

    @staticmethod
    def ids(grid: Grid) -> list[str | None]:
        """Return the ids of cells."""
        return [cell["cell_id"] for cell in grid.cells]

    @staticmethod
    def copied(grid: Grid) -> Grid:
        """Return a copy whose rows can be changed."""
        return Grid(dict(grid.row), *([dict(row) for row in rows] for rows in grid[1:]))

    # History and faults

    def matrix_history(self) -> None:
        """Add older versions, deletes and branch rows of some dimensions and cells."""
        for name in ("price_dimensions", "price_cells"):
            other = {"position": "9"} if name == "price_dimensions" else {"price": "77"}
            for row in list(self.inputs[name]):
                chance = self.rng.random()
                if chance < 0.04:
                    row["version"] = "1"
                    self.inputs[name].append({**row, **other, "version": "0"})
                elif chance < 0.05:
                    self.inputs[name].append({**row, "version": "3", "is_deleted": "true"})
                elif chance < 0.08 and (name == "price_dimensions" or row["price"]):
                    self.inputs[name].append({**row, **other, "branch": "dev"})

    def break_matrix(self) -> None:
        """Break a price by cells in one of the ways in which it can be wrong."""
        owners = list(self.grid_of_id)
        if not owners:
            return
        name, row_id = self.rng.choice(owners)
        [row, *_] = [row for row in self.inputs[name] if row["id"] == row_id]
        column, uid = self.owner(name, row)
        dimensions, cells, tiers = (
            [part for part in self.inputs[each] if part[column] == uid]
            for each in ("price_dimensions", "price_cells", "price_tiers")
        )
        match self.pick(
            *("part", "part", "part", "part", "part", "twice", "seven", "bare", "empty"),
            *("double", "same", "nested", "mixed", "stray", "plain", "per", "lost"),
        ):
            case "twice" if dimensions:
                self.inputs["price_dimensions"].append({**dimensions[0], "id": self.fresh("pm")})
            case "seven":
                for number in range(7 - len(dimensions)):
                    extra = {"position": "5", "property": f"extra{number}"}
                    self.add("price_dimensions", id=self.fresh("pm"), **{column: uid}, **extra)
            case "bare" | "empty" as kind:
                gone = dimensions if kind == "bare" else cells
                part = "price_dimensions" if kind == "bare" else "price_cells"
                self.inputs[part][:] = [each for each in self.inputs[part] if each not in gone]
            case "double" | "same" as kind if len(cells) > 1:
                one, other = self.rng.sample(cells, 2)
                changed = "cell_id" if kind == "double" else "cell_values"
                one[changed] = other[changed]
            case "nested" if dimensions and cells and dimensions[0]["property"]:
                name = json.dumps(dimensions[0]["property"])
                nested = self.pick('["a"]', '{"a": 1}', "[]")
                self.rng.choice(cells)["cell_values"] = f"{{{name}: {nested}}}"
            case "mixed" if cells:
                terms = {"charge_model": PERCENTAGE, "percent_rate": "1"}
                self.rng.choice(cells).update(terms)
            case "stray":
                stray = {"cell_id": "stray", **self.tier("10")}
                self.add("price_tiers", id=self.fresh("pm"), **{column: uid}, **stray)
            case "plain":
                self.add_tier_of_no_cell()
            case "per":
                row["tiers_per"] = self.pick("BOTH", "cell", "0")
            case "lost":
                nobody = NOPE.format(prefix=self.prefix)
                names = self.pick(
                    {"contract_price_uid": nobody},
                    {"contract_price_uid": RESERVED + nobody},
                    {"list_price_uid": nobody},
                    {},
                )
                part = self.pick("price_dimensions", "price_cells")
                self.add(part, id=self.fresh("pm"), **names)
            case _:
                # Tiers of cells: those of a price are read where a span has no usage.
                parts = {
                    "price_dimensions": dimensions,
                    "price_cells": cells,
                    "price_tiers": [tier for tier in tiers if tier["cell_id"]],
                }
                part = self.pick("price_dimensions", *["price_cells"] * 4, "price_tiers")
                if parts[part]:
                    changed, value = self.rng.choice(BAD_PARTS[part])
                    self.rng.choice(parts[part])[changed] = value

    def add_tier_of_no_cell(self) -> None:
        """Add a tier for a cell to a price that has none."""
        plain = [
            (name, row)
            for name in ("list_prices", "contract_prices")
            for row in self.inputs[name]
            if row["id"] and row["charge_model"] == "FLAT"
            if (name, row["id"]) not in self.grid_of_id
        ]
        if plain:
            name, row = self.rng.choice(plain)
            column, uid = self.owner(name, row)
            self.add(
                "price_tiers",
                id=self.fresh("pm"),
                cell_id="a",
                **{column: uid},
                **self.tier(None),
            )

    # Usage

    def use_cells(self) -> None:
        """Use products that have cells, in contracts that sell them."""
        priced = {
            self.product_of(row)
            for name in ("list_prices", "contract_prices", "quote_prices")
            for row in self.inputs[name]
            if (name, row["id"]) in self.grid_of_id
        }
        for product in self.product_rows:
            if product["id"] not in priced or not product["event_name"] or self.chance(0.15):
                continue
            durable_id = self.rng.choice(self.sellers(product) or list(self.contract_rows))
            first, last = self.terms[durable_id]
            for number in range(self.pick(2, 3, 4)):
                month = first.replace(day=1) + timedelta(days=31 * number)
                if month > last + timedelta(days=31):
                    break
                if self.chance(0.65):
                    self.amend_cells(durable_id, product, month)
                customer = self.contract_rows[durable_id][0]["customer_id"]
                if self.chance(0.9):
                    # Mostly within the term.
                    begin = max(month, first) if self.chance(0.9) else month
                    self.use_month_of_cells(customer, product, begin)
            for row in self.inputs["quote_usage"]:
                if row["product_uid"] == product["id"] and self.chance(0.6):
                    row["quantity"] = self.pick(*USED)

    def amend_cells(self, durable_id: str, product: Cells, month: date) -> None:
        """Amend a contract within a month, or override a price: mostly by other cells."""
        day = month + timedelta(days=self.rng.randint(1, 27))
        names = [row["durable_id"] for row, sold in self.lists if sold is product]
        names = [name for name in names if name]
        if self.chance(0.3) or not names:
            rows = self.contract_rows[durable_id]
            terms = {"effective_at": self.moment(day), "payment_terms_days": self.pick("1", "2")}
            row = {**self.rng.choice(rows), "id": self.fresh("km"), **terms}
            self.inputs["contracts"].append(row)
            rows.append(row)
            return
        ended_at = (day + timedelta(days=self.rng.randint(1, 40))).isoformat()
        row = self.add(
            "contract_prices",
            id=self.fresh("xm"),
            contract_id=durable_id,
            started_at=self.moment(day),
            ended_at=self.maybe(0.4, ended_at),
            discount_percent=self.maybe(0.2, "10", "33.33"),
            discount_amount=self.maybe(0.15, "5", "0.01"),
            maximum_amount=self.maybe(0.1, "10", "33.335"),
        )
        if self.chance(0.06):
            # Sold twice by one contract.
            row["product_uid"] = product["id"]
        else:
            row["list_price_id"] = self.rng.choice(names)
        match self.pick("cells", "cells", "cells", "cells", "flat", "per", "free", "event"):
            case "cells":
                self.price_by_cell("contract_prices", row, product)
            case "flat":
                row["price"] = self.pick("0.05", "2")
            case "per":
                row["tiers_per"] = self.pick("PRICE", "CELL")
            case "free":
                row["free_quantity"] = self.pick("0", "5", "20")
            case "event" if self.adds_up(product):
                row.update(charge_model=PERCENTAGE, percent_rate="10", free_events="1")

    def use_month_of_cells(self, customer_id: str | None, product: Cells, month: date) -> None:
        """Use a product in a month, in some of its cells and beside them."""
        # Few cells each month, so that they have several events.
        asked = self.asked[product["id"]] or [{}]
        habits = [self.rng.choice(asked) for _ in range(self.pick(1, 2, 3, 4))]
        days = self.pick(27, 27, 20, 10)
        for _ in range(self.pick(1, 4, 8, 8, 12)):
            day = month + timedelta(days=self.rng.randint(0, days))
            moment = f"{day}T{self.pick(*TIMES, self.clock())}Z"
            event: Cells = dict.fromkeys(COLUMNS["usage_events"])
            event["transaction_id"] = self.fresh(self.pick("tm", "tmz", "tma"))
            event["customer_id"] = customer_id
            event["metered_at"] = moment
            event["received_at"] = self.received_at(moment)
            event["properties"] = self.properties_for_cells(product, habits)
            self.events.append(event)

    def properties_for_cells(self, product: Cells, habits: list[dict[str, str]]) -> str:
        """Return the JSON of an event: what a cell asks for, other values, and some missing."""
        value = f'"{Decimal(self.pick(*USED)):f}"'
        chosen = {}
        for name, values in VALUES.items():
            if self.chance(0.5):
                chosen[name] = self.rng.choice(values if self.chance(0.8) else OTHERS)
        if self.chance(0.85):
            chosen |= self.rng.choice(habits)
        inner = [f'"v": {value}']
        path = "$.u.kind"
        if path in chosen:
            kind = chosen.pop(path)
            if self.chance(0.1):
                # A key that is written like the path wins over it.
                chosen[path] = self.rng.choice(VALUES[path])
            inner.append(f'"kind": {kind}')
        cells = [f'"name": {json.dumps(product["event_name"])}', f'"n": {value}']
        cells.append(f'"u": {{{", ".join(inner)}}}')
        cells += [f"{json.dumps(name)}: {text}" for name, text in chosen.items()]
        return "{" + ", ".join(cells) + "}"
