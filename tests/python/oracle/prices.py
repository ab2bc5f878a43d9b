"""Effective prices: contract price over list price over pricebook over contract over default."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from oracle.cells import Cell, decimals_of, round_fraction
from oracle.charges import (
    FLAT_AMOUNT,
    MODELS,
    MOST_MONTHS,
    PERCENTAGE,
    TIERED,
    Terms,
    Tier,
    in_order,
    is_price_per,
    is_sound,
    lacks_price,
    without_empty_cells,
)
from oracle.contracts import Contract, Contracts, Pair
from oracle.inputs import PARTS, Place, Row, bound
from oracle.matrix import (
    MOST_DIMENSIONS,
    PER_CELL,
    PER_PRICE,
    Matrix,
    MatrixCell,
    are_values_sound,
    named_values,
)
from oracle.zones import BEGINNING, END, Window, add_months, cut, holds, is_empty, meet

# What PERCENTAGE has of the group, and which of that an uplift raises.
OF_EVENTS = ("percent_rate", "fixed_amount", "free_events", "event_minimum", "event_maximum")
RAISED_OF_EVENTS = ("fixed_amount", "event_minimum", "event_maximum")
# Who gives any of these gives all, with the tiers.
GROUP = ("price", "charge_model", "package_size", *OF_EVENTS)
# What adds up event by event.
BY_EVENT = ("SUM", "COUNT")
AGGREGATIONS = ("COUNT", "SUM", "WEIGHTED_SUM", "MAX", "UNIQUE_COUNT", "LATEST")
ANCHORS = ("CALENDAR", "ANNIVERSARY")
DELIVERIES = ("ARREARS", "ADVANCED", "ONE_TIME")
UNITS = ("MONTH", "WEEK", "DAY")
LONGEST_SCHEDULE = 1200
HIGHEST_FACTOR = 1000
# Digits before the point, decimals, the lowest and the highest value.
RANGES: dict[str, tuple[int, int, int | None, int | None]] = {
    "price": (8, 10, None, None),
    "discount_percent": (3, 2, 0, 100),
    "discount_amount": (12, 10, 0, None),
    "minimum_amount": (12, 10, None, None),
    "maximum_amount": (12, 10, 0, None),
    "free_quantity": (12, 12, 0, None),
    "fixed_quantity": (12, 12, None, None),
    "percent_rate": (8, 10, None, None),
    "free_events": (12, 0, 0, None),
    **dict.fromkeys(RAISED_OF_EVENTS, (*FLAT_AMOUNT, None, None)),
}
ZERO_IF_EMPTY = (
    *("discount_percent", "discount_amount", "free_quantity"),
    *("percent_rate", "fixed_amount"),
)
# What an uplift raises of a tier, and from where on it is out of range.
RAISED_IN_TIERS = {"unit_price": Decimal(10**8), "flat_amount": Decimal(10**8)}

# Where nobody says anything about the price.
NO_GROUP = {
    **{"charge_model": None, "price": None, "package_size": None, "tiers": ()},
    **dict.fromkeys(OF_EVENTS),
    "matrix": None,
}
# What of these a cell can give itself; the others are of the price.
OF_CELLS = tuple(column for column in GROUP if column != "free_events")

Lineage = tuple[object, ...]
Sourced = tuple[Cell, str]


@dataclass
class Price:
    """A row of `prices`: contract row, pricebook row and price in a window, with their terms."""

    contract: Contract
    pair: Pair
    list_price: Row | None
    contract_price: Row | None
    product: Row
    lineage: Lineage
    # The price's own term; its start is the anchor.
    start: datetime
    end: datetime
    window: Window
    values: dict[str, Cell] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    # Why it is withheld: (the row at fault, the reason).
    reasons: list[tuple[Row, str]] = field(default_factory=list)
    # Which renewal of the contract row this is (0 is the term before), and by how many of them the
    # price has risen.
    renewal: int = 0
    uplifts: int = 0
    # When what is owed was agreed to begin: with its phase, or with the override that says it.
    agreed: datetime = BEGINNING
    # The end that its contract price says itself, if it says one.
    own_end: datetime | None = None
    # ANNIVERSARY periods count from so many months after a day, if not from the price's own start.
    anchor: tuple[date, int] | None = None

    @property
    def billable(self) -> bool:
        """Tell whether nothing withholds it."""
        return not self.reasons

    @property
    def paid_window(self) -> Window:
        """Return when it recurs: not in the contract's trial."""
        return cut(self.window, (self.contract.trial_end, END))

    @property
    def place(self) -> Place:
        """Return where it is not billed if something withholds it."""
        list_price_uid = self.list_price.id if self.list_price else None
        return Place(self.window, self.contract.durable_id, list_price_uid)

    @property
    def stands_on(self) -> Row:
        """Return the row on which the price's own faults are reported."""
        return self.contract_price or self.list_price

    def terms(self) -> tuple[tuple[str, Cell], ...]:
        """Return what keeps spans apart: resolved values, an empty discount being none.

        A decision: with free events, no free quantity at all is another thing than 0 of it.
        """
        values = {key: value for key, value in self.values.items() if key != "list_price"}
        for column in ZERO_IF_EMPTY:
            if column != "free_quantity" or not is_by_event(values):
                values[column] = values[column] or Decimal(0)
        values["tiers"] = without_empty_cells(values["tiers"])
        values["matrix"] = matrix_by_meaning(values["matrix"])
        return tuple(sorted(values.items(), key=lambda item: item[0]))


def first(sources: Iterable[Sourced]) -> Sourced:
    """Return the first value that is there, with its source."""
    return next((sourced for sourced in sources if sourced[0] is not None), (None, "default"))


def any_given(cells: Iterable[Cell]) -> bool:
    """Tell whether one of some cells is not empty."""
    return any(cell is not None for cell in cells)


def is_by_event(values: Terms) -> bool:
    """Tell whether usage is priced event by event, in all cells if there are some."""
    matrix = values["matrix"]
    return matrix.is_by_event if matrix else values["charge_model"] == PERCENTAGE


def matrix_by_meaning(matrix: Matrix | None) -> Matrix | None:
    """Return a matrix by what it means, so that equal ones are equal."""
    if matrix is None:
        return None
    cells = []
    for cell in matrix.cells:
        terms = {**cell.terms, "tiers": without_empty_cells(cell.terms["tiers"])}
        for column in ("percent_rate", "fixed_amount"):
            terms[column] = terms[column] or Decimal(0)
        cells.append(cell._replace(terms=terms))
    return replace(matrix, cells=tuple(cells))


def terms_in_cells(values: Terms) -> list[Terms]:
    """Return the terms of each cell with those of the price around it."""
    return [{**values, **cell.terms} for cell in values["matrix"].cells]


def aggregation_of(product: Row) -> str:
    """Return how a product's events add up."""
    return product["aggregation"] or ("SUM" if product["agg_property"] else "COUNT")


def is_within_range(column: str, value: Decimal | None) -> bool:
    """Tell whether a number makes sense in its column, or is not there."""
    digits, places, lowest, highest = RANGES[column]
    return value is None or (
        abs(value) < 10**digits
        and decimals_of(Decimal(value)) <= places
        and (lowest is None or value >= lowest)
        and (highest is None or value <= highest)
    )


class Prices(Contracts):
    """The stage of prices."""

    def classify_contract_prices(self) -> None:
        """Tell overrides from ad hoc prices, and report references that hang loose.

        contract_uid counts before contract_id, list_price_uid before list_price_id before
        product_uid. What hangs on a void contract is left out in silence.
        """
        self.kind: dict[str, str] = {}
        self.hangs_on_void = set()
        for row in self.rows("contract_prices"):
            if self.is_on_void(row):
                self.hangs_on_void.add(row.id)
                continue
            if not self.bound_rows(row):
                self.exceptions.add(row, "UNKNOWN_REFERENCE")
                continue
            kind = "override"
            if row["list_price_uid"] is not None:
                is_known = self.row("list_prices", row["list_price_uid"]) is not None
            elif row["list_price_id"] is not None:
                is_known = bool(self.rows_with("list_prices", "durable_id", row["list_price_id"]))
            else:
                kind = "ad_hoc"
                is_known = self.row("products", row["product_uid"]) is not None
            if is_known:
                self.kind[row.id] = kind
            else:
                self.exceptions.add(row, "UNKNOWN_REFERENCE")

    def bound_rows(self, contract_price: Row) -> list[Row]:
        """Return the contract rows that a contract price names, whether they take effect or not."""
        if contract_price["contract_uid"] is not None:
            row = self.row("contracts", contract_price["contract_uid"])
            return [row] if row else []
        return self.rows_with("contracts", "durable_id", contract_price["contract_id"])

    def is_on_void(self, contract_price: Row) -> bool:
        """Tell whether all that a contract price is bound to is void."""
        rows = self.bound_rows(contract_price)
        return bool(rows) and all(row["void"] for row in rows)

    def bound_to(self, row: Row, *kinds: str) -> list[Row]:
        """Return a contract row's contract prices of some kinds (override, ad_hoc), by id."""
        candidates = [
            *self.rows_with("contract_prices", "contract_uid", row.id),
            *(
                price
                for price in self.rows_with("contract_prices", "contract_id", row["durable_id"])
                if price["contract_uid"] is None
            ),
        ]
        return sorted((c for c in candidates if self.kind.get(c.id) in kinds), key=lambda c: c.id)

    @staticmethod
    def overrides(contract_price: Row, list_price: Row) -> bool:
        """Tell whether an override names a list price."""
        if contract_price["list_price_uid"] is not None:
            return contract_price["list_price_uid"] == list_price.id
        durable_id = list_price["durable_id"]
        return durable_id is not None and contract_price["list_price_id"] == durable_id

    def applies(self, pair: Pair, override: Row, list_price: Row) -> bool:
        """Tell whether an override is one of a pair's list price.

        In a renewal at list prices it goes on: if it names none of the pricebook row's prices, for
        those with the durable_id of the one that it names, or if there are none for those of its
        product. It must name one of the pricebook.
        """
        if self.overrides(override, list_price) or not pair.is_at_list:
            return self.overrides(override, list_price)
        here = self.rows_with("list_prices", "pricebook_uid", pair.book.id)
        if any(self.overrides(override, row) for row in here):
            return False
        books = {book.id for book in self.books(pair.row["pricebook_id"])}
        named = [row for row in self.named_list_prices(override) if row["pricebook_uid"] in books]
        # A list price without a product is not sold, so no override continues on it.
        sold = [row for row in here if self.row("products", row["product_uid"])]
        for column in ("durable_id", "product_uid"):
            values = {row[column] for row in named} - {None}
            if any(row[column] in values for row in sold):
                return list_price in sold and list_price[column] in values
        return False

    # Terms

    @staticmethod
    def period_instant(contract: Contract, months: int, is_calendar: bool) -> datetime:
        """Return the local midnight so many months after the contract's start.

        In CALENDAR it is that of the month, but never before the start. A date that, untruncated
        (with the start's time of day), is at or past the contract's end is the contract's end: so
        phases that follow each other still do there. Renewals are part of the contract. A decision:
        the end of a term from which it renews is truncated to nothing earlier either, so that a
        term owes the same whether the contract renews after it or not.
        """
        if months == 0:
            return contract.start
        zone = contract.zone
        # A thousand years bound what a mistyped period can ask for.
        wall = add_months(zone.local(contract.start), months if abs(months) <= 12000 else 12000)
        instant = zone.to_utc(wall)
        if instant >= contract.end:
            return contract.end
        day = wall.date().replace(day=1) if is_calendar else wall.date()
        passed = [end for end in contract.term_ends if end <= instant]
        return max(zone.midnight(day), contract.start, *passed)

    @staticmethod
    def anchor(contract: Contract, row: Row) -> tuple[date, int] | None:
        """Return the contract's first day, and after how many months a phase begins, if it does.

        So each of its days is clipped once, and a month's end moves nothing.
        """
        months = row["start_period"] or 0
        return (contract.zone.day(contract.start), min(months, 12000)) if months > 0 else None

    def own_bounds(
        self, contract: Contract, row: Row, *, is_calendar: bool, has_dates: bool
    ) -> tuple[datetime | None, datetime | None]:
        """Return start and end that a price says itself: dates (before periods), or periods.

        A decision: a date that cannot be read leaves that side open, whatever the period says.
        """
        bounds = []
        for date_column, period_column in (
            ("started_at", "start_period"),
            ("ended_at", "end_period"),
        ):
            if has_dates and date_column in row.bad:
                bounds.append(None)
            elif has_dates and row[date_column]:
                bounds.append(contract.at_term_end(row[date_column].instant(contract.zone)))
            elif row[period_column] is not None:
                bounds.append(self.period_instant(contract, row[period_column], is_calendar))
            else:
                bounds.append(None)
        return bounds[0], bounds[1]

    def contract_price_term(
        self, contract: Contract, row: Row, *, is_calendar: bool
    ) -> tuple[datetime | None, datetime | None]:
        """Return start and end of an override's window or an ad hoc price; renewals count.

        What ends with the term ends there, but an ad hoc price that has the term's end as its date
        goes on, unless another contract price of the product begins then. `renews` says otherwise.
        A decision: a price that says no to renewals ends with the term even without an end. Another
        one: where `renews` cannot be read the price goes on, and no list price steps in.
        """
        start, end = self.own_bounds(contract, row, is_calendar=is_calendar, has_dates=True)
        renews = True if "renews" in row.bad else row["renews"]
        if end in contract.term_ends:
            if renews is None:
                is_dated = self.kind[row.id] == "ad_hoc" and row["ended_at"] is not None
                renews = is_dated and not self.is_followed(contract, row, end)
            end = contract.end if renews else end
        elif renews is False:
            begin = start or contract.start
            coming = [term_end for term_end in contract.term_ends if term_end > begin]
            end = min([*coming[:1], *([end] if end else [])], default=None)
        return start, end

    def is_followed(self, contract: Contract, row: Row, instant: datetime) -> bool:
        """Tell whether another contract price of a price's product begins at an instant.

        As it does with the rows in force then, each price by the anchor of its own.
        """
        products = self.products_of(row)
        pairs = [pair for pair in contract.pairs if holds(pair.window, instant)]
        return any(
            product_uid in products
            and self.own_bounds(contract, other, is_calendar=is_calendar, has_dates=True)[0]
            == instant
            for pair in pairs
            for other in self.bound_to(pair.row, "override", "ad_hoc")
            if other is not row
            for product_uid, is_calendar in self.dated_products(pair, other)
        )

    def dated_products(self, pair: Pair, contract_price: Row) -> Iterator[tuple[str, bool]]:
        """Return a contract price's products in a pair, and whether CALENDAR dates its periods."""
        if self.kind[contract_price.id] == "ad_hoc":
            values, _ = self.resolve(pair, None, contract_price)
            yield contract_price["product_uid"], values["billing_anchor"] != "ANNIVERSARY"
        elif pair.book is not None:
            for list_price in self.rows_with("list_prices", "pricebook_uid", pair.book.id):
                if self.applies(pair, contract_price, list_price):
                    yield list_price["product_uid"], self.is_calendar(pair, list_price)

    @staticmethod
    def is_calendar(pair: Pair, list_price: Row) -> bool:
        """Tell whether CALENDAR dates a phase, by the anchor resolved without overrides."""
        anchors = ((row["billing_anchor"], "") for row in (pair.row, list_price, pair.book))
        return first(anchors)[0] != "ANNIVERSARY"

    def products_of(self, contract_price: Row) -> set[str]:
        """Return the products that a contract price is for."""
        if self.kind[contract_price.id] == "ad_hoc":
            return {contract_price["product_uid"]}
        return {row["product_uid"] for row in self.named_list_prices(contract_price)} - {None}

    def named_list_prices(self, override: Row) -> list[Row]:
        """Return the list prices that an override names."""
        if override["list_price_uid"] is not None:
            row = self.row("list_prices", override["list_price_uid"])
            return [row] if row else []
        return self.rows_with("list_prices", "durable_id", override["list_price_id"])

    # Resolution

    def price_group(self, row: Row | None) -> dict[str, Cell | tuple[Tier, ...]] | None:
        """Return charge model, price, package size, tiers and cells, if the row gives any of these.

        What the model does not use is left out. A row with cells has no price of its own, but for
        the tiers of a span without usage: what it gives is for its cells.
        """
        if row is None:
            return None
        matrix, all_tiers = self.matrix_of(row), self.parts_of_row("price_tiers", row)
        given = [name for name in GROUP if row[name] is not None]
        if not given and not all_tiers and matrix is None:
            return None
        model, tiers = row["charge_model"], self.tiers_of(row)
        if matrix is not None:
            model = model or "FLAT"
            return {
                **NO_GROUP,
                "charge_model": model,
                "tiers": tiers if model in TIERED else (),
                "free_events": row["free_events"] if matrix.is_by_event else None,
                "matrix": matrix,
            }
        if model is None and given == ["price"] and not all_tiers:
            model = "FLAT"
        group = self.used_by(model, {column: row[column] for column in GROUP}, tiers)
        return {**group, "matrix": None}

    @staticmethod
    def used_by(
        model: str | None, cells: Mapping[str, Cell], tiers: tuple[Tier, ...]
    ) -> dict[str, Cell | tuple[Tier, ...]]:
        """Return what a charge model uses of some cells and tiers."""
        return {
            "charge_model": model if model in MODELS else "UNKNOWN",
            "price": None if model in (*TIERED, PERCENTAGE) else cells["price"],
            "package_size": cells["package_size"] if model == "PACKAGE" else None,
            "tiers": tiers if model in TIERED else (),
            **{
                column: cells[column] if model == PERCENTAGE else None
                for column in OF_EVENTS
                if column in cells
            },
        }

    def parts_of_row(self, name: str, row: Row) -> list[Row]:
        """Return the rows of tiers, dimensions or cells of a list price or contract price.

        One that names both is the list price's.
        """
        if row.input == "list_prices":
            return self.rows_with(name, "list_price_uid", row.id)
        parts = self.rows_with(name, "contract_price_uid", row.id)
        return [part for part in parts if part["list_price_uid"] is None]

    def tiers_of(self, row: Row, cell_id: str | None = None) -> tuple[Tier, ...]:
        """Return the tiers of a list price or contract price, or those of one of its cells."""
        rows = self.parts_of_row("price_tiers", row)
        return in_order(
            Tier(*(each[name] for name in Tier._fields))
            for each in rows
            if each["cell_id"] == cell_id
        )

    def matrix_of(self, row: Row) -> Matrix | None:
        """Return the matrix of a list price or contract price, if it has a dimension or a cell."""
        dimensions = self.parts_of_row("price_dimensions", row)
        cells = self.parts_of_row("price_cells", row)
        if not dimensions and not cells:
            return None
        dimensions = sorted(
            dimensions,
            key=lambda each: (
                *(each["position"] is None, each["position"] or 0),
                each["property"] or "",
            ),
        )
        return Matrix(
            tuple(each["property"] for each in dimensions),
            tuple(
                self.matrix_cell(row, cell)
                for cell in sorted(cells, key=lambda cell: cell["cell_id"] or "")
            ),
        )

    def matrix_cell(self, row: Row, cell: Row) -> MatrixCell:
        """Return a cell of a price row: what it does not say itself, the row says."""
        cells = {
            column: row[column] if cell[column] is None else cell[column] for column in OF_CELLS
        }
        tiers = self.tiers_of(row, cell["cell_id"]) or self.tiers_of(row)
        model = cells["charge_model"]
        others = [cells[column] for column in OF_CELLS if column not in ("price", "charge_model")]
        if model is None and not tiers and not any_given([*others, row["free_events"]]):
            model = "FLAT"
        named = named_values(cell["cell_values"])
        return MatrixCell(cell["cell_id"], named, self.used_by(model, cells, tiers))

    def has_bad_cells(self, price: Price) -> bool:
        """Tell whether nobody can say which cell an event has, or what a cell means.

        Also of a price without cells that has tiers for some.
        """
        rows = {"contract_price": price.contract_price, "list_price": price.list_price}
        row = rows.get(price.sources["charge_model"])
        if row is None:
            return False
        matrix = price.values["matrix"]
        cells = self.parts_of_row("price_cells", row)
        ids = [cell["cell_id"] for cell in cells]
        of_tiers = {tier["cell_id"] for tier in self.parts_of_row("price_tiers", row)} - {None}
        if not of_tiers <= {*ids}:
            return True
        if matrix is None:
            return False
        dimensions = matrix.dimensions
        named = [tuple(sorted(cell.named.items())) for cell in matrix.cells]
        models = matrix.models
        return (
            None in (*dimensions, *ids)
            or len({*dimensions}) < len(dimensions)
            or len(dimensions) > MOST_DIMENSIONS
            or not dimensions
            or not cells
            or len({*ids}) < len(ids)
            or not all(are_values_sound(cell["cell_values"], dimensions) for cell in cells)
            or len({*named}) < len(named)
            or price.product["ptype"] != "EVENT"
            or aggregation_of(price.product) == "WEIGHTED_SUM"
            or (PERCENTAGE in models and len(models) > 1)
            or matrix.tiers_per not in (PER_PRICE, PER_CELL)
        )

    def resolve(
        self, pair: Pair, list_price: Row | None, contract_price: Row | None
    ) -> tuple[dict[str, Cell], dict[str, str]]:
        """Return each field's value, and each field's source."""
        rows = {
            "contract_price": contract_price,
            "contract": pair.row,
            "list_price": list_price,
            "pricebook": pair.book,
        }

        def pick(column: str, names: str, default: Cell = None) -> Sourced:
            cells = [(rows[name][column], name) for name in names.split() if rows[name]]
            return first([*cells, (default, "default")])

        found = {}
        groups = [
            (self.price_group(contract_price), "contract_price"),
            (self.price_group(list_price), "list_price"),
        ]
        group, source = first(groups)
        for column, cell in (group or NO_GROUP).items():
            found[column] = cell, source
        found["price_per"] = pick("price_per", "contract_price list_price", Decimal(1))
        found["price_months"] = pick("price_months", "contract_price list_price")
        for column in ("free_quantity", "minimum_amount", "maximum_amount", "pricing_metadata"):
            found[column] = pick(column, "contract_price list_price")
        found["fixed_quantity"] = pick("fixed_quantity", "contract_price list_price", Decimal(1))
        for column in ("discount_percent", "discount_amount"):
            found[column] = pick(column, "contract_price")
        delivery = pick("invoice_delivery", "contract_price list_price pricebook", "ARREARS")
        found["invoice_delivery"] = delivery
        # Of a one-time price a delay, which is never the pricebook's.
        if delivery[0] == "ONE_TIME":
            schedule = pick("invoice_schedule", "contract_price list_price", 0)
        else:
            schedule = pick("invoice_schedule", "contract_price list_price pricebook", 1)
        found["invoice_schedule"] = schedule
        everyone = "contract_price contract list_price pricebook"
        found["billing_anchor"] = pick("billing_anchor", everyone, "CALENDAR")
        found["prorate"] = pick("prorate", everyone, default=True)
        found["currency"] = pick("currency", "contract pricebook", self.default_currency)
        days, source = pick("payment_terms_days", "contract pricebook", 0)
        found["payment_terms_days"] = max(days, 0), source
        found["payment_terms_kind"] = pick("payment_terms_kind", "contract pricebook", "NET")
        found["billing_target"] = pick("billing_target", "contract pricebook")
        found["customer_id"] = pick("customer_id", "contract")
        values = {key: value for key, (value, _) in found.items()}
        if values["matrix"] is not None:
            tiers_per, _ = pick("tiers_per", "contract_price list_price", PER_PRICE)
            by_price = replace(values["matrix"], tiers_per=PER_PRICE)
            # Of cells that never share anything it says nothing.
            is_idle = tiers_per == PER_CELL and not by_price.is_shared
            values["matrix"] = by_price if is_idle else replace(by_price, tiers_per=tiers_per)
        # Whoever gives the schedule gives its unit; a unit alone says nothing.
        giver = rows.get(schedule[1])
        values["schedule_unit"] = (giver and giver["schedule_unit"]) or "MONTH"
        values["list_price"] = list_price["price"] if list_price else None
        # A list price without sense is none, nor is one by cells, and nothing is above it.
        is_by_cell = list_price is not None and self.matrix_of(list_price) is not None
        if is_by_cell or not is_within_range("price", values["list_price"]):
            values["list_price"] = None
        return values, {key: source for key, (_, source) in found.items()}

    def withheld(self, price: Price) -> list[tuple[Row, str]]:
        """Return why a price is not billed: all reasons, each with the row on which it stands.

        What is wrong with the product stands on the product, a mismatch of currencies on the
        contract, everything else on the price, even where the pricebook's cell is the bad one.
        """
        values, on, product, reasons = price.values, price.stands_on, price.product, []
        contract_row, book = price.pair.row, price.pair.book
        unreadable = "UNPARSABLE_CELL"
        reasons += [(row, unreadable) for row in price.contract.undecided[contract_row.id]]
        if price.contract.bad_trial:
            reasons.append((price.contract.bad_trial, "OUT_OF_RANGE"))
        reasons += [(row, unreadable) for row in self.undecided_rows(price)]
        reasons += self.product_faults(product)
        if product["ptype"] == "EVENT" and values["invoice_delivery"] in ("ADVANCED", "ONE_TIME"):
            reasons.append((on, "EVENT_PRICE_IN_ADVANCE"))
        if values["invoice_delivery"] not in DELIVERIES:
            reasons.append((on, "UNKNOWN_DELIVERY"))
        if self.has_bad_schedule(product, values):
            reasons.append((on, "BAD_SCHEDULE"))
        if values["billing_anchor"] not in ANCHORS:
            reasons.append((on, "UNKNOWN_BILLING_ANCHOR"))
        terms = terms_in_cells(values) if values["matrix"] else [values]
        models = {each["charge_model"] for each in terms}
        if "UNKNOWN" in models:
            reasons.append((on, "UNKNOWN_CHARGE_MODEL"))
        # A decision: tiers that a span without usage owes by must be sound, whatever cells have.
        all_terms = [*terms, values] if values["matrix"] and values["tiers"] else terms
        if any(lacks_price(each) for each in all_terms if each["charge_model"] != "UNKNOWN"):
            reasons.append((on, "NO_PRICE"))
        if not all(self.is_in_range(each) for each in [*terms, values]):
            reasons.append((on, "OUT_OF_RANGE"))
        if PERCENTAGE in models and not self.has_events(product):
            reasons.append((on, "PERCENTAGE_WITHOUT_EVENTS"))
        if self.has_bad_cells(price):
            reasons.append((on, "BAD_CELLS"))
        if len({row["currency"] for row in (contract_row, book) if row and row["currency"]}) > 1:
            reasons.append((contract_row, "CURRENCY_MISMATCH"))
        return reasons

    @staticmethod
    def is_in_range(terms: Terms) -> bool:
        """Tell whether all numbers of a price make sense; of tiers for all cells also together."""
        matrix = terms["matrix"]
        return (
            all(is_within_range(column, terms[column]) for column in RANGES)
            and is_sound(terms)
            and (matrix is None or not matrix.is_shared or matrix.has_equal_bounds)
        )

    @staticmethod
    def has_bad_schedule(product: Row, values: Mapping[str, Cell]) -> bool:
        """Tell whether a price is invoiced every so many months, or is for so many, as none is.

        A decision: a one-time price may be dated before its start, in any unit, as it always could.
        """
        schedule, months = values["invoice_schedule"], values["price_months"]
        is_once = values["invoice_delivery"] == "ONE_TIME"
        if schedule > LONGEST_SCHEDULE or (schedule < 1 and not is_once):
            return True
        if values["schedule_unit"] not in UNITS:
            return True
        # Only fees that recur by the month are for months.
        is_fee = product["ptype"] != "EVENT" and not is_once and values["schedule_unit"] == "MONTH"
        return months is not None and not (is_fee and 1 <= months <= MOST_MONTHS)

    @staticmethod
    def has_events(product: Row) -> bool:
        """Tell whether a product's usage is events that add up, each for itself."""
        return product["ptype"] == "EVENT" and aggregation_of(product) in BY_EVENT

    def undecided_rows(self, price: Price) -> list[Row]:
        """Return the rows of a price, tiers and cells included, that cannot be read."""
        rows = [price.pair.book, price.list_price, price.contract_price]
        for owner in (price.list_price, price.contract_price):
            for name in PARTS if owner else ():
                rows += self.parts_of_row(name, owner)
        return [row for row in rows if row and row.is_undecided]

    def product_faults(self, product: Row) -> list[tuple[Row, str]]:
        """Return why a product is not sold, and its usage not metered.

        A decision: a sum, or the like, of no property is as unknown an aggregation as a name that
        is none, and a filter of no property cannot be applied: no line with quantity 0.
        """
        reasons = [(product, "UNPARSABLE_CELL")] if product.is_undecided else []
        if product["ptype"] not in ("FIXED", "EVENT"):
            reasons.append((product, "UNKNOWN_PRODUCT_TYPE"))
        if product["ptype"] != "EVENT":
            return reasons
        if product["event_name"] is None:
            reasons.append((product, "NO_EVENT_NAME"))
        aggregation = product["aggregation"]
        if aggregation is not None and (
            aggregation not in AGGREGATIONS
            or (aggregation != "COUNT" and product["agg_property"] is None)
        ):
            reasons.append((product, "UNKNOWN_AGGREGATION"))
        for row in self.rows_with("product_filters", "product_uid", product.id):
            if row.is_undecided:
                reasons.append((row, "UNPARSABLE_CELL"))
            if row["property"] is None:
                reasons.append((row, "UNKNOWN_REFERENCE"))
        return reasons

    # Windows

    def build_prices(self) -> None:
        """Build the prices of all contracts, and report what is wrong or odd about them."""
        self.prices: list[Price] = []
        # Contract prices that were in effect somewhere.
        self.applied: set[str] = set()
        for contract in self.contracts.values():
            offers: list[Price] = []
            for pair in contract.pairs:
                if pair.book is not None:
                    offers += self.list_prices(contract, pair)
                offers += self.ad_hoc_prices(contract, pair)
            prices = self.renew_prices(contract, offers)
            for price in prices:
                self.add_price(price)
            self.report_prices(contract, prices)
        self.report_idle_contract_prices()

    def add_price(self, price: Price) -> None:
        """Take up a price, with what withholds it."""
        price.values, price.sources = self.resolve(
            price.pair, price.list_price, price.contract_price
        )
        self.raise_price(price)
        price.reasons = self.withheld(price)
        currencies = self.rows_with("currencies", "code", price.values["currency"])
        self.used["currencies"] |= {row.id for row in currencies}
        for row, reason in price.reasons:
            self.exceptions.add(row, reason, places=[price.place])
        self.prices.append(price)

    def window_in(self, contract: Contract, pair: Pair, product: Row, term: Window) -> Window:
        """Cut a price's term by its contract and pricebook rows, and by its product's end."""
        archived = bound(product["archived_at"], contract.zone, END)
        return cut(cut(pair.window, term), (BEGINNING, archived))

    def list_prices(self, contract: Contract, pair: Pair) -> Iterator[Price]:
        """Return the prices of a pricebook row.

        A second list price of the same product and phase is a lineage of its own, and is continued
        by the second one of the next pricebook row.
        """
        ordinals = defaultdict(int)
        for list_price in self.rows_with("list_prices", "pricebook_uid", pair.book.id):
            self.used["list_prices"].add(list_price.id)
            product = self.row("products", list_price["product_uid"])
            if product is None:
                self.exceptions.add(list_price, "UNKNOWN_REFERENCE")
                continue
            self.used["products"].add(product.id)
            phase = (list_price["start_period"] or 0, list_price["end_period"])
            if phase[1] is not None and phase[1] <= phase[0]:
                self.exceptions.add(list_price, "EMPTY_WINDOW")
                continue
            ordinal = ordinals[product.id, phase]
            ordinals[product.id, phase] += 1
            is_calendar = self.is_calendar(pair, list_price)
            start, end = self.own_bounds(
                contract, list_price, is_calendar=is_calendar, has_dates=False
            )
            term = start or contract.start, min(end or END, contract.end)
            window = self.window_in(contract, pair, product, term)
            if is_empty(window):
                continue
            lineage = (contract.durable_id, product.id, phase, ordinal, None)
            for override, segment in self.override_segments(
                contract, pair, list_price, is_calendar, window
            ):
                sides = (list_price, override, product, lineage)
                begin, own_end = None, None
                if override is not None:
                    begin, own_end = self.own_bounds(
                        contract, override, is_calendar=is_calendar, has_dates=True
                    )
                has_price = self.price_group(override) is not None
                yield Price(
                    *(contract, pair, *sides, *term, segment),
                    agreed=(begin or BEGINNING) if has_price else term[0],
                    own_end=own_end,
                    anchor=None if is_calendar else self.anchor(contract, list_price),
                )

    def override_segments(
        self, contract: Contract, pair: Pair, list_price: Row, is_calendar: bool, window: Window
    ) -> list[tuple[Row | None, Window]]:
        """Cut a window where another override, or none, begins to apply.

        Of several at one instant: one bound to this amendment, then the latest created_at, then the
        lowest id. One that loses even for an instant is reported.
        """
        candidates = []
        for row in self.bound_to(pair.row, "override"):
            if self.applies(pair, row, list_price):
                start, end = self.contract_price_term(contract, row, is_calendar=is_calendar)
                inside = cut((start or BEGINNING, end or END), window)
                if not is_empty(inside):
                    candidates.append((row, inside))
                    self.applied.add(row.id)
        candidates.sort(key=lambda c: c[0].created, reverse=True)
        candidates.sort(key=lambda c: c[0]["contract_uid"] is None)
        points = sorted({*window, *(point for _, inside in candidates for point in inside)})
        segments: list[tuple[Row | None, Window]] = []
        for begin, end in pairwise(points):
            holding = [row for row, (low, high) in candidates if low <= begin and end <= high]
            for loser in holding[1:]:
                place = Place((begin, end), contract.durable_id, list_price.id)
                self.exceptions.add(loser, "OVERRIDE_SUPERSEDED", winner=holding[0], places=[place])
            best = holding[0] if holding else None
            if segments and segments[-1][0] is best:
                segments[-1] = (best, (segments[-1][1][0], end))
            else:
                segments.append((best, (begin, end)))
        return segments

    def ad_hoc_prices(self, contract: Contract, pair: Pair) -> Iterator[Price]:
        """Return a contract row's extra prices, cut to the contract's term.

        One that is bound to an amendment, one-time and without a date is dated from the amendment.
        """
        for row in self.bound_to(pair.row, "ad_hoc"):
            product = self.row("products", row["product_uid"])
            values, _ = self.resolve(pair, None, row)
            is_calendar = values["billing_anchor"] != "ANNIVERSARY"
            start, end = self.contract_price_term(contract, row, is_calendar=is_calendar)
            if start is None:
                is_dated_from_row = (
                    row["contract_uid"] is not None and values["invoice_delivery"] == "ONE_TIME"
                )
                start = pair.row_window[0] if is_dated_from_row else contract.start
            term = max(start, contract.start), min(end or END, contract.end)
            window = self.window_in(contract, pair, product, term)
            if is_empty(window):
                continue
            self.applied.add(row.id)
            lineage = (contract.durable_id, product.id, None, 0, row.id)
            sides = (None, row, product, lineage)
            is_anchored = not is_calendar and row["started_at"] is None
            bounds = self.own_bounds(contract, row, is_calendar=is_calendar, has_dates=True)
            yield Price(
                *(contract, pair, *sides, *term, window),
                agreed=start,
                own_end=bounds[1],
                anchor=self.anchor(contract, row) if is_anchored else None,
            )

    def renew_prices(self, contract: Contract, prices: list[Price]) -> list[Price]:
        """Cut prices where their contract rows renew, up to the horizon and a period more."""
        result = []
        for price in prices:
            row = price.pair.row
            if row.id not in contract.renewing:
                result.append(price)
                continue
            first_term = cut(price.window, (BEGINNING, contract.renewing[row.id].end_of_term))
            if not is_empty(first_term):
                result.append(replace(price, window=first_term))
            renewals = list(self.renewals(contract, row, self.last_instant(contract, row)))
            joined = self.joined_in(price, renewals)
            for number, renewal in renewals:
                window = cut(price.window, renewal)
                if not is_empty(window):
                    uplifts = 0 if self.takes_list_prices(row) else number - joined
                    counts = {"renewal": number, "uplifts": uplifts}
                    result.append(replace(price, window=window, **counts))
        return result

    def joined_in(self, price: Price, renewals: list[tuple[int, Window]]) -> int:
        """Return the renewal in which what is owed begins, by an override or a phase; else 0.

        It holds as written until the next one, and rises from then on. An override that says
        nothing about the price leaves it to the list price, also in this.
        """
        return next((number for number, window in renewals if holds(window, price.agreed)), 0)

    @staticmethod
    def raise_price(price: Price) -> None:
        """Raise a price and its tiers by the uplifts, which compound; each is rounded once.

        Percents stay, of tiers as of events. A decision: what rises a thousandfold is out of
        range.
        """
        percent, values = price.pair.row["renewal_uplift_percent"], price.values
        if not price.uplifts or not percent:
            return
        factor = (1 + Fraction(percent) / 100) ** price.uplifts

        def raised(original: Decimal | None, limit: Decimal) -> Decimal | None:
            if original is None or abs(original) >= limit or decimals_of(original) > 10:
                return original
            if factor >= HIGHEST_FACTOR:
                return limit
            return round_fraction(Fraction(original) * factor, 10)

        def raised_terms(terms: Terms) -> Terms:
            stays = ("unit_price",) if terms["charge_model"] == "GRADUATED_PERCENTAGE" else ()
            limits = {name: limit for name, limit in RAISED_IN_TIERS.items() if name not in stays}
            tiers = tuple(
                tier._replace(
                    **{name: raised(getattr(tier, name), limit) for name, limit in limits.items()}
                )
                for tier in terms["tiers"]
            )
            cells = {
                column: raised(terms[column], Decimal(10 ** RANGES[column][0]))
                for column in ("price", *RAISED_OF_EVENTS)
            }
            return {**terms, **cells, "tiers": tiers}

        values.update(raised_terms(values))
        if values["matrix"] is not None:
            cells = values["matrix"].cells
            raised_cells = tuple(cell._replace(terms=raised_terms(cell.terms)) for cell in cells)
            values["matrix"] = replace(values["matrix"], cells=raised_cells)

    # Reports

    def report_idle_contract_prices(self) -> None:
        """Report contract prices without effect: outside the pricebook, or never in a window.

        Not those whose contract rows are never in force: those are reported themselves.
        """
        kinds = ("override", "ad_hoc")
        pairs_of, in_force = defaultdict(list), set()
        for contract in self.contracts.values():
            for pair in contract.pairs:
                for row in self.bound_to(pair.row, *kinds):
                    pairs_of[row.id].append(pair)
            for contract_row, _ in contract.in_force:
                in_force |= {row.id for row in self.bound_to(contract_row, *kinds)}
        for row in self.rows("contract_prices"):
            if row.id not in self.kind or row.id not in in_force:
                continue
            if self.kind[row.id] == "ad_hoc":
                self.used["products"].add(row["product_uid"])
            if row.id in self.applied:
                continue
            pairs = pairs_of[row.id]
            if self.kind[row.id] == "ad_hoc":
                if pairs:
                    self.exceptions.add(row, "EMPTY_WINDOW")
                continue
            is_sold = any(
                pair.book and self.applies(pair, row, list_price)
                for pair in pairs
                for list_price in self.rows_with(
                    "list_prices", "pricebook_uid", pair.book.id if pair.book else None
                )
            )
            self.exceptions.add(row, "EMPTY_WINDOW" if is_sold else "OVERRIDE_OUTSIDE_PRICEBOOK")

    def report_prices(self, contract: Contract, prices: list[Price]) -> None:
        """Report what is billed, but looks odd."""
        billable = [price for price in prices if price.billable]
        by_lineage = defaultdict(list)
        for price in billable:
            by_lineage[price.lineage].append(price)
            values = price.values
            if (
                not (price.uplifts and price.pair.row["renewal_uplift_percent"])
                and price.list_price
                and price.contract_price
                and self.is_above_list(price)
            ):
                self.exceptions.add(price.contract_price, "PRICE_ABOVE_LIST")
            if self.ends_with_term(price):
                self.exceptions.add(price.contract_price, "ENDS_WITH_TERM")
            limits = [values[f"{name}_amount"] for name in ("minimum", "maximum")]
            terms = terms_in_cells(values) if values["matrix"] else [values]
            of_events = [
                [each[f"event_{name}"] for name in ("minimum", "maximum")] for each in terms
            ]
            if any(None not in each and each[0] > each[1] for each in (limits, *of_events)):
                self.exceptions.add(price.stands_on, "MINIMUM_ABOVE_MAXIMUM")
            if (values["billing_anchor"], values["schedule_unit"]) == ("CALENDAR", "MONTH"):
                self.report_near_boundary(contract, price)
            if any(self.is_same_product(price, other) for other in billable):
                self.exceptions.add(price.stands_on, "SAME_PRODUCT_TWICE")
        keys = ("invoice_delivery", "invoice_schedule", "schedule_unit", "billing_anchor")
        for lineage in by_lineage.values():
            for before, after in pairwise(sorted(lineage, key=lambda price: price.window)):
                if any(before.values[key] != after.values[key] for key in keys):
                    self.exceptions.add(after.pair.row, "SCHEDULE_CHANGED")

    def is_above_list(self, price: Price) -> bool:
        """Tell whether a unit at a price costs more than at its list price; both must be FLAT."""
        values, list_price = price.values, price.list_price
        per, _ = first([(list_price["price_per"], "list_price"), (Decimal(1), "default")])
        return (
            values["charge_model"] == "FLAT"
            and values["matrix"] is None
            and values["list_price"] is not None
            and self.price_group(list_price)["charge_model"] == "FLAT"
            and is_price_per(per)
            and values["price"] * per > values["list_price"] * values["price_per"]
        )

    def ends_with_term(self, price: Price) -> bool:
        """Tell whether a contract price's own end is that of the term before renewals.

        If `renews` is silent and no other contract price of the product begins then, whether its
        author thought of renewals is not known. One-time prices do not renew anyway.
        """
        contract, row, term = price.contract, price.contract_price, None
        if row is not None and row["renews"] is None and not price.renewal:
            term = contract.renewing.get(price.pair.row.id)
        if term is None or price.values["invoice_delivery"] == "ONE_TIME":
            return False
        end = term.end_of_term
        return price.window[1] == price.own_end == end and not self.is_followed(contract, row, end)

    @staticmethod
    def is_same_product(price: Price, other: Price) -> bool:
        """Tell whether a price comes on top of a list price of the same product.

        An ad hoc price on top of any, a list price on top of an earlier one of its phase.
        """
        if other.list_price is None or other.product is not price.product:
            return False
        if price.list_price is not None and (
            other.lineage[2] != price.lineage[2] or other.lineage[3] >= price.lineage[3]
        ):
            return False
        return meet(other.window, price.window)

    def report_near_boundary(self, contract: Contract, price: Price) -> None:
        """Report a price by CALENDAR months that begins less than 24 hours before one ends."""
        zone = contract.zone
        next_month = add_months(zone.day(price.start).replace(day=1), 1)
        if zone.midnight(next_month) - price.start < timedelta(hours=24):
            if price.start == contract.start:
                self.exceptions.add(contract.start_row, "STARTS_NEAR_BOUNDARY")
            elif price.list_price is None:
                self.exceptions.add(price.contract_price, "STARTS_NEAR_BOUNDARY")
