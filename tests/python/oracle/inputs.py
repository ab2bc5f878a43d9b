"""Which rows count: system time, branch, versions, deletes. And what is reported of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from oracle.cells import (
    PARSERS,
    Cell,
    Clock,
    UnparsableError,
    list_of_values,
    parse_currency,
    parse_time,
)
from oracle.zones import BEGINNING, END, Window, Zone, add_months

RawRow = Mapping[str, str | list[object] | None]

COMMON = {
    "id": "text",
    "version": "version",
    "created_at": "time",
    "is_deleted": "boolean",
    "branch": "text",
}
PRICING = {
    "price": "decimal",
    "charge_model": "text",
    "package_size": "decimal",
    "percent_rate": "decimal",
    "fixed_amount": "decimal",
    "free_events": "decimal",
    "event_minimum": "decimal",
    "event_maximum": "decimal",
    "free_quantity": "decimal",
    "minimum_amount": "decimal",
    "maximum_amount": "decimal",
    "invoice_delivery": "text",
    "invoice_schedule": "integer",
    "schedule_unit": "text",
    "billing_anchor": "text",
    "start_period": "integer",
    "end_period": "integer",
    "fixed_quantity": "decimal",
    "prorate": "boolean",
    "pricing_metadata": "text",
    "price_per": "decimal",
    "price_months": "integer",
    "tiers_per": "text",
}
# What names the price that is negotiated.
REFERENCES = ("list_price_uid", "list_price_id", "product_uid")
# What contract prices and quote prices say.
NEGOTIATED = {
    **dict.fromkeys(REFERENCES, "text"),
    "discount_percent": "decimal",
    "discount_amount": "decimal",
    "started_at": "time",
    "ended_at": "time",
    "renews": "boolean",
    **PRICING,
}
RENEWAL = {
    "auto_renew": "boolean",
    "renewal_term_months": "integer",
    "renewal_uplift_percent": "decimal",
    "renewal_pricing": "renewal_pricing",
}
# What a cell of a matrix says in numbers.
CELL_NUMBERS = (
    *("price", "package_size", "percent_rate", "fixed_amount"),
    *("event_minimum", "event_maximum"),
)
# What belongs to a list price or contract price, by its id.
PARTS = ("price_tiers", "price_dimensions", "price_cells")
SCHEMA = {
    "customers": {
        "durable_id": "text",
        "name": "text",
        "billing_timezone": "text",
        "effective_at": "time",
        "ineffective_at": "time",
        "archived_at": "time",
    },
    "customer_aliases": {
        "customer_id": "text",
        "alias": "text",
        "effective_at": "time",
        "ineffective_at": "time",
        "archived_at": "time",
    },
    "products": {
        "name": "text",
        "ptype": "text",
        "event_name": "text",
        "agg_property": "text",
        "aggregation": "text",
        "unit_name": "text",
        "archived_at": "time",
    },
    "product_filters": {
        "product_uid": "text",
        "property": "text",
        "included_values": "json_list",
        "excluded_values": "json_list",
        "is_optional": "boolean",
    },
    "pricebooks": {
        "durable_id": "text",
        "name": "text",
        "currency": "currency",
        "invoice_delivery": "text",
        "invoice_schedule": "integer",
        "schedule_unit": "text",
        "billing_anchor": "text",
        "prorate": "boolean",
        "billing_target": "text",
        "payment_terms_days": "integer",
        "payment_terms_kind": "payment_terms_kind",
        "effective_at": "time",
        "ineffective_at": "time",
        "archived_at": "time",
        "maximum_discount_percent": "decimal",
        "minimum_term_months": "integer",
    },
    "list_prices": {
        "durable_id": "text",
        "pricebook_uid": "text",
        "product_uid": "text",
        **PRICING,
        "floor_price": "decimal",
        "is_required": "boolean",
    },
    "contracts": {
        "durable_id": "text",
        "customer_id": "text",
        "pricebook_id": "text",
        "currency": "currency",
        "billing_anchor": "text",
        "prorate": "boolean",
        "payment_terms_days": "integer",
        "payment_terms_kind": "payment_terms_kind",
        "started_at": "time",
        "ended_at": "time",
        "effective_at": "time",
        "ineffective_at": "time",
        "void": "boolean",
        "voided_at": "time",
        "archived_at": "time",
        "signed_at": "time",
        "msa_reference": "text",
        "channel": "text",
        "quote_id": "text",
        "order_id": "text",
        "agreement_id": "text",
        "partner_id": "text",
        **RENEWAL,
        "trial_days": "integer",
        "terminated_at": "time",
        "end_reason": "text",
        # No cell of a contract of ours: the marketplace that bills an agreement.
        "billing_target": "text",
    },
    "contract_prices": {
        "contract_uid": "text",
        "contract_id": "text",
        **NEGOTIATED,
    },
    "quotes": {
        "durable_id": "text",
        "customer_id": "text",
        "prospect_name": "text",
        "pricebook_id": "text",
        "currency": "currency",
        "billing_anchor": "text",
        "prorate": "boolean",
        "payment_terms_days": "integer",
        "started_at": "time",
        "ended_at": "time",
        "state": "text",
        "sent_at": "time",
        "expires_at": "time",
        "accepted_at": "time",
        "msa_reference": "text",
        "channel": "text",
        "partner_id": "text",
        **RENEWAL,
    },
    "quote_prices": {"quote_id": "text", **NEGOTIATED},
    "quote_usage": {
        "quote_id": "text",
        "product_uid": "text",
        "nominal_start_date": "time",
        "quantity": "decimal",
    },
    "orders": {
        "durable_id": "text",
        "customer_id": "text",
        "pricebook_id": "text",
        "currency": "currency",
        "billing_anchor": "text",
        "prorate": "boolean",
        "payment_terms_days": "integer",
        "started_at": "time",
        "ended_at": "time",
        "state": "text",
        "checkout_started_at": "time",
        "paid_at": "time",
        "partner_id": "text",
    },
    "order_items": {
        "order_uid": "text",
        "list_price_uid": "text",
        "list_price_id": "text",
        "quantity": "decimal",
    },
    "price_tiers": {
        "list_price_uid": "text",
        "contract_price_uid": "text",
        "cell_id": "text",
        "up_to": "decimal",
        "unit_price": "decimal",
        "flat_amount": "decimal",
    },
    "price_dimensions": {
        "list_price_uid": "text",
        "contract_price_uid": "text",
        "position": "integer",
        "property": "text",
    },
    "price_cells": {
        "list_price_uid": "text",
        "contract_price_uid": "text",
        "cell_id": "text",
        "cell_values": "text",
        "charge_model": "text",
        **dict.fromkeys(CELL_NUMBERS, "decimal"),
    },
    "currencies": {"code": "currency", "minor_units": "integer"},
}
# Columns of an input as tables have them.
COLUMNS = {name: (*COMMON, *columns) for name, columns in SCHEMA.items()}
COLUMNS["usage_events"] = (
    *("transaction_id", "customer_id", "customer_alias", "properties"),
    *("metered_at", "received_at", "branch"),
)

# What decides money, or whether a row is there at all: where such a cell cannot be read, what
# hangs on it is not billed. Any other cell that cannot be read is taken as empty.
TERMS = ("is_deleted", "currency", "billing_anchor", "prorate", "started_at", "ended_at")
PRICE_TERMS = ("is_deleted", *(column for column in PRICING if column != "pricing_metadata"))
NEGOTIATED_TERMS = (
    *PRICE_TERMS,
    *(column for column in NEGOTIATED if column not in (*REFERENCES, *PRICING)),
)
DECISIVE: dict[str, frozenset[str]] = {
    name: frozenset(columns)
    for name, columns in {
        "products": (
            *("is_deleted", "ptype", "event_name", "agg_property", "aggregation", "archived_at"),
        ),
        "product_filters": (*COMMON, *SCHEMA["product_filters"]),
        "pricebooks": (
            *("is_deleted", "currency", "billing_anchor", "prorate"),
            *("invoice_delivery", "invoice_schedule", "schedule_unit"),
            *("effective_at", "ineffective_at", "archived_at"),
        ),
        "list_prices": PRICE_TERMS,
        "contracts": (
            *TERMS,
            *("pricebook_id", "effective_at", "ineffective_at", "archived_at", "terminated_at"),
            *("void", *RENEWAL, "trial_days"),
        ),
        "contract_prices": NEGOTIATED_TERMS,
        "quotes": (*TERMS, "pricebook_id", *RENEWAL),
        "quote_prices": NEGOTIATED_TERMS,
        "quote_usage": ("is_deleted", "nominal_start_date", "quantity"),
        "orders": (*TERMS, "pricebook_id", "paid_at"),
        "order_items": ("is_deleted", "quantity"),
        "price_tiers": ("is_deleted", "up_to", "unit_price", "flat_amount"),
        "price_dimensions": ("is_deleted", "position"),
        "price_cells": ("is_deleted", *CELL_NUMBERS),
        # A currency without decimals takes no effect.
        "currencies": ("is_deleted", "minor_units"),
    }.items()
}
# What a cell is called on a row that stands for another.
RENAMED = {"quantity": "fixed_quantity", "paid_at": "started_at"}

NOT_BILLED = {
    "UNPARSABLE_CELL",
    "NO_ID",
    "DUPLICATE_ID_AND_VERSION",
    "UNKNOWN_REFERENCE",
    "NO_START",
    "EMPTY_WINDOW",
    "UNKNOWN_PRODUCT_TYPE",
    "NO_EVENT_NAME",
    "UNKNOWN_DELIVERY",
    "BAD_SCHEDULE",
    "UNKNOWN_BILLING_ANCHOR",
    "UNKNOWN_CHARGE_MODEL",
    "UNKNOWN_AGGREGATION",
    "NO_PRICE",
    "BAD_CELLS",
    "OUT_OF_RANGE",
    "PERCENTAGE_WITHOUT_EVENTS",
    "CURRENCY_MISMATCH",
    "EVENT_PRICE_IN_ADVANCE",
    "OVERRIDE_OUTSIDE_PRICEBOOK",
    "OVERRIDE_SUPERSEDED",
    "ONE_TIME_OUTSIDE_CONTRACT",
    "UNKNOWN_STATE",
    "QUOTE_SUPERSEDED",
    "ACCEPTED_WITHOUT_CUSTOMER",
    "RESERVED_ID",
    "BAD_RENEWAL_TERM",
}
BILLED = {
    "UNKNOWN_CUSTOMER",
    "CUSTOMER_CHANGED",
    "UNKNOWN_TIMEZONE",
    "OVERLAPPING_AMENDMENTS",
    "HOLE_IN_TERM",
    "SAME_PRODUCT_TWICE",
    "PRICE_ABOVE_LIST",
    "MULTIPLE_CONTRACTS",
    "UNPRORATED_STUB",
    "SCHEDULE_CHANGED",
    "MINIMUM_ABOVE_MAXIMUM",
    "STARTS_NEAR_BOUNDARY",
    "RENEWAL_WITHOUT_END",
    "ENDS_WITH_TERM",
    "QUOTE_DIFFERS",
    "UNKNOWN_CURRENCY",
    "NOTHING_TO_BILL",
    "ENDS_NEAR_BOUNDARY",
    "DISCOUNT_ABOVE_LIMIT",
    "PRICE_BELOW_FLOOR",
}


class Row:
    """One configuration row: `row["price"]` is the cell, `bad` the columns that do not parse."""

    def __init__(self, input_name: str, raw: RawRow) -> None:
        """Read the cells; one that does not parse is empty."""
        self.input = input_name
        self.bad: list[str] = []
        self.cells: dict[str, Cell] = {}
        for column, kind in {**COMMON, **SCHEMA[input_name]}.items():
            text = raw.get(column)
            try:
                if isinstance(text, list):
                    self.cells[column] = list_of_values(text)
                else:
                    self.cells[column] = PARSERS[kind](text) if text else None
            except (UnparsableError, OverflowError):
                self.bad.append(column)
                self.cells[column] = None
        self.id = self.cells["id"]
        self.version = self.cells["version"] or 0
        self.branch = self.cells["branch"] or "main"
        created = self.cells["created_at"]
        self.created = created.instant(Zone.get("UTC")) if created else BEGINNING
        # The last tie-break everywhere.
        self.text = "|".join("" if value is None else str(value) for value in raw.values())
        # The row that this one stands for, and on which it is reported.
        self.origin = self

    def standing_for(self, input_name: str, **cells: Cell) -> Row:
        """Return a row of another input that says what this one says, but for some cells.

        What cannot be read here cannot be read there.
        """
        row = Row(input_name, {})
        row.cells.update(
            {column: cell for column, cell in self.cells.items() if column in row.cells}
        )
        row.cells.update(cells)
        bad = [RENAMED.get(column, column) for column in self.bad]
        row.bad = [column for column in bad if column in row.cells]
        row.id, row.version, row.branch = row.cells["id"], self.version, self.branch
        row.created, row.text, row.origin = self.created, self.text, self
        return row

    @property
    def is_undecided(self) -> bool:
        """Tell whether a cell that decides money cannot be read."""
        return not DECISIVE.get(self.input, frozenset()).isdisjoint(self.bad)

    def __getitem__(self, column: str) -> Cell:
        """Return a cell."""
        return self.cells[column]

    def __repr__(self) -> str:
        """Name the row in a debugger."""
        return f"<{self.input} {self.id} v{self.version}>"


@dataclass(frozen=True)
class Place:
    """Where a row is not billed: in a window, of any contract and list price or of certain ones."""

    window: Window = (BEGINNING, END)
    contract_id: str | None = None
    list_price_uid: str | None = None


EVERYWHERE = (Place(),)
# The row that is reported shares its id with one that is billed.
NOWHERE: tuple[Place, ...] = ()


@dataclass
class Report:
    """A configuration row and a reason, with all that was found."""

    row: Row
    reason: str
    columns: list[str] = field(default_factory=list)
    limits: list[Decimal] = field(default_factory=list)
    winners: list[Row] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    is_billed: bool = True

    @property
    def effect(self) -> str:
        """Return what it means for the invoices."""
        return "BILLED" if self.is_billed else "NOT_BILLED"


class Exceptions:
    """What pricing_exceptions says: one report per configuration row and reason.

    Where a reason has been found several times, the report says NOT_BILLED if any of them does.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[tuple[int, str], Report] = {}

    def add(
        self,
        row: Row,
        reason: str,
        column: str | None = None,
        *,
        limit: Decimal | None = None,
        winner: Row | None = None,
        places: Iterable[Place] = EVERYWHERE,
        is_billed: bool | None = None,
    ) -> None:
        """Report a row, once per reason. Most reasons say themselves whether it is billed."""
        if reason not in NOT_BILLED | BILLED:
            raise KeyError(reason)
        row = row.origin
        if reason == "UNPARSABLE_CELL":
            is_billed = not row.is_undecided
        elif is_billed is None:
            is_billed = reason in BILLED
        report = self._found.setdefault((id(row), reason), Report(row, reason))
        columns = row.bad if reason == "UNPARSABLE_CELL" else [column] if column else []
        for found, known in (
            (columns, report.columns),
            ([limit] if limit is not None else [], report.limits),
            ([winner.origin] if winner else [], report.winners),
            ([] if is_billed else places, report.places),
        ):
            known += [each for each in found if each not in known]
        report.is_billed &= is_billed

    def absorb(self, other: Exceptions, left_out: Collection[str]) -> None:
        """Report what another reports too, but for rows of some inputs.

        What is not billed there is not billed there only: no place here.
        """
        for report in other._found.values():
            if report.row.input in left_out:
                continue
            own = self._found.setdefault(
                (id(report.row), report.reason), Report(report.row, report.reason)
            )
            for name in ("columns", "limits", "winners"):
                known = getattr(own, name)
                known += [each for each in getattr(report, name) if each not in known]
            own.is_billed &= report.is_billed

    def reports(self) -> list[Report]:
        """Return all reports."""
        return list(self._found.values())


@dataclass
class Resolved:
    """The rows of one input that count."""

    rows: list[Row] = field(default_factory=list)
    by_id: dict[str, Row] = field(default_factory=dict)
    # Rows that tie with the one that counts: (row, the row that counts).
    losers: list[tuple[Row, Row]] = field(default_factory=list)
    without_id: list[Row] = field(default_factory=list)

    def with_rows(self, rows: Iterable[Row]) -> Resolved:
        """Return these rows and some more."""
        together = sorted([*self.rows, *rows], key=lambda row: row.id)
        by_id = {row.id: row for row in together}
        return Resolved(together, by_id, self.losers, self.without_id)

    def without(self, ids: set[str]) -> Resolved:
        """Return the rows that have none of some ids."""
        by_id = {row_id: row for row_id, row in self.by_id.items() if row_id not in ids}
        rows = [row for row in self.rows if row.id not in ids]
        return Resolved(rows, by_id, self.losers, self.without_id)


def resolve_rows(
    input_name: str, raw_rows: Iterable[RawRow], system_as_of: datetime | None, branch: str
) -> Resolved:
    """Return the rows that count: the highest version of an id, unless it is deleted.

    The branch's row wins over main's of the same version, then the latest created_at. Duplicates
    are rows of the winner's id, version and branch: a branch's row over main's is an overlay.
    """
    result, by_id = Resolved(), defaultdict(list)
    for raw in raw_rows:
        row = Row(input_name, raw)
        if system_as_of is not None and row.created > system_as_of:
            continue
        if row.branch not in ("main", branch):
            continue
        if row.id is not None:
            by_id[row.id].append(row)
        elif not row["is_deleted"]:
            result.without_id.append(row)
    for rows in by_id.values():
        rows.sort(key=lambda r: (r.version, r.branch != "main", r.created, r.text), reverse=True)
        winner = rows[0]
        result.losers += [
            (row, winner)
            for row in rows[1:]
            if (row.version, row.branch) == (winner.version, winner.branch)
        ]
        if not winner["is_deleted"]:
            result.rows.append(winner)
            result.by_id[winner.id] = winner
    result.rows.sort(key=lambda row: row.id)
    return result


def bound(clock: Clock | None, zone: Zone, default: datetime) -> datetime:
    """Return the instant of a window's cell; an empty one is open."""
    return default if clock is None else clock.instant(zone)


def row_window(row: Row, zone: Zone, *ends: str) -> Window:
    """Return [effective_at, the earliest of some columns)."""
    return (
        bound(row["effective_at"], zone, BEGINNING),
        min(bound(row[column], zone, END) for column in ends),
    )


def amendment_windows(
    rows: Iterable[Row],
    own_windows: Mapping[str, Window],
    paid: Mapping[str, datetime] | None = None,
) -> list[tuple[Row, Window]]:
    """Return the rows of one durable thing in order, each ending where the next begins.

    Of two that begin at once the one that was paid later follows, then the one of the greater id. A
    row whose own window is empty cuts nothing. One that the next cuts to nothing is still here.
    """
    ordered = sorted(
        (row for row in rows if own_windows[row.id][0] < own_windows[row.id][1]),
        key=lambda row: (own_windows[row.id][0], (paid or {}).get(row.id, BEGINNING), row.id),
    )
    result = []
    for position, row in enumerate(ordered):
        start, end = own_windows[row.id]
        if position + 1 < len(ordered):
            end = min(end, own_windows[ordered[position + 1].id][0])
        result.append((row, (start, end)))
    return result


class Inputs:
    """The first stage: settings, and the rows that count."""

    def __init__(
        self, inputs: Mapping[str, Iterable[RawRow]], settings: Mapping[str, object]
    ) -> None:
        """Read settings and rows."""
        utc = Zone.get("UTC")
        self.branch = settings.get("branch") or "main"
        self.as_of = parse_time(settings["as_of"]).instant(utc)
        system = settings.get("system_as_of")
        self.system_as_of = parse_time(system).instant(utc) if system else None
        self.default_zone = Zone.get(settings.get("billing_timezone") or "UTC")
        self.default_currency = parse_currency(settings.get("currency") or "USD")
        self.horizon = add_months(self.as_of, int(settings.get("forecast_months") or 0))
        self.finalization_hours = int(settings.get("finalization_delay_hours") or 0)
        self.begin()
        self.inputs = {
            name: resolve_rows(name, inputs.get(name) or [], self.system_as_of, self.branch)
            for name in SCHEMA
        }
        self.raw_events = inputs.get("usage_events") or []

    def begin(self) -> None:
        """Begin without reports."""
        self.exceptions = Exceptions()
        # The rows of the catalogue that a contract uses: only those are reported.
        self.used: dict[str, set[str]] = defaultdict(set)
        self._indexes: dict[tuple[str, str], dict[Cell, list[Row]]] = {}

    def add_rows(self, name: str, rows: list[Row]) -> None:
        """Add rows that stand for others."""
        self.inputs[name] = self.inputs[name].with_rows(rows)
        self._indexes = {key: index for key, index in self._indexes.items() if key[0] != name}

    def rows(self, name: str) -> list[Row]:
        """Return the rows of an input that count, by id."""
        return self.inputs[name].rows

    def row(self, name: str, row_id: str | None) -> Row | None:
        """Return the row of an id, if there is one that counts."""
        return self.inputs[name].by_id.get(row_id)

    def rows_with(self, name: str, column: str, value: Cell) -> list[Row]:
        """Return the rows that have a value, by id; an empty cell is equal to nothing."""
        if (name, column) not in self._indexes:
            index = self._indexes[name, column] = defaultdict(list)
            for row in self.rows(name):
                index[row[column]].append(row)
        return self._indexes[name, column].get(value, []) if value is not None else []
