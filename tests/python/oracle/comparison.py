"""The oracle's marts beside the project's, and what differs between them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from oracle.provisioned_cases import MRR, QUOTES

MartRow = Mapping[str, object]
Marts = Mapping[str, list[MartRow]]
Grouped = dict[tuple[str, ...], list[MartRow]]

# What names a row of a mart. Ids are compared apart: they are keys here and hashes there.
PRICE = ("contract_uid", "list_price_uid", "contract_price_uid")
LINE = (*PRICE, "started_at", "effective_at", "line_type", "cell_id")
KEYS = {
    "prices": (*PRICE, "pricebook_uid", "effective_at"),
    "price_spans": (*PRICE, "nominal_start_date", "nominal_end_date", "effective_at"),
    "line_items": LINE,
    "line_item_tiers": (*LINE, "tier_number"),
    "invoices": (
        *("contract_id", "customer_id", "invoice_delivery", "currency", "billing_target"),
        *("nominal_start_date", "nominal_end_date"),
    ),
    "usage_by_day": ("contract_id", "customer_id", "product_uid", "usage_date"),
    "usage_event_outcomes": ("transaction_id", "metered_at", "received_at"),
    "usage_event_exceptions": ("transaction_id", "product_uid", "reason"),
    "pricing_exceptions": ("input", "id", "version", "reason"),
    "quote_line_items": ("quote_id", *LINE),
    "quote_invoices": (
        *("quote_id", "invoice_delivery", "currency", "billing_target"),
        *("nominal_start_date", "nominal_end_date"),
    ),
    "contracts": ("contract_id",),
    "contract_mrr": ("contract_id", "customer_id", "currency", "month_start_date"),
}
# Marts that a project without the feature does not have.
FEATURE_MARTS = {QUOTES: ("quote_line_items", "quote_invoices"), MRR: ("contract_mrr",)}
# What the oracle does not know: what is wrong with quotes and orders, whether a contract keeps its
# quote, and all about partners and entitlements.
INPUTS_NOT_REPORTED = (
    *("quotes", "quote_prices", "quote_usage", "orders", "order_items"),
    *("partners", "partner_shares", "entitlement_grants"),
)
REASONS_NOT_REPORTED = ("QUOTE_DIFFERS",)
IDS = ("price_id", "lineage_id", "span_id", "invoice_id", "line_item_id")
# Exact ratios here, many decimals there.
UNROUNDED = ("amount_unrounded", "discount_amount", "tier_amount")
TOLERANCE = Fraction(1, 10**15)
CASE = re.compile(r"\bq\d+_")
SHOWN = 12


@dataclass(frozen=True)
class Difference:
    """A cell, or a row, that is not as the oracle says."""

    mart: str
    key: str
    column: str
    expected: object
    got: object

    def __str__(self) -> str:
        """Return one line."""
        return f"{self.mart} [{self.key}] {self.column}: expected {self.expected}, got {self.got}"


def marts_with(features: Collection[str]) -> list[str]:
    """Return the marts to compare."""
    missing = {
        mart
        for feature, marts in FEATURE_MARTS.items()
        if feature not in features
        for mart in marts
    }
    return [mart for mart in KEYS if mart not in missing]


def comparable(mart: str, rows: list[MartRow], prices: list[MartRow]) -> list[MartRow]:
    """Return the rows of a mart that the rules decide; `prices` are the oracle's.

    How many renewals after the horizon have prices is nobody's business: only periods are.
    """
    if mart == "pricing_exceptions":
        return [
            row
            for row in rows
            if row["input"] not in INPUTS_NOT_REPORTED and row["reason"] not in REASONS_NOT_REPORTED
        ]
    if mart == "prices":
        until = {row["contract_id"]: row["renewals_compared_until"] for row in prices}
        return [
            row
            for row in rows
            if until.get(row["contract_id"]) is None
            or row["effective_at"] < until[row["contract_id"]]
        ]
    if mart in FEATURE_MARTS[QUOTES]:
        # A prospect has no id; that of its quote's contract may stand there.
        return [
            {**row, "customer_id": None} if row["customer_id"] == row["contract_id"] else row
            for row in rows
        ]
    return rows


def differences(expected: Marts, got: Marts) -> list[Difference]:
    """Return all differences, mart by mart, rows in the order of their keys."""
    ids = Ids()
    found = []
    for mart, key_columns in KEYS.items():
        if mart not in got:
            continue
        sides = (comparable(mart, marts[mart], expected["prices"]) for marts in (expected, got))
        ours, theirs = rows_by_key(*sides, key_columns)
        for key in sorted(ours.keys() | theirs.keys()):
            rows, other_rows = ours[key], theirs[key]
            if len(rows) != len(other_rows):
                shown = shown_key(key_columns, key)
                found.append(Difference(mart, shown, "rows", len(rows), len(other_rows)))
                continue
            for row, other in zip(rows, other_rows, strict=True):
                if not names_the_winner(row, other):
                    shown = shown_key(key_columns, key)
                    expected_detail = f"one of {row['winner_ids']}"
                    found.append(
                        Difference(mart, shown, "detail", expected_detail, other["detail"])
                    )
                for column in sorted(row.keys() & other.keys()):
                    if column in IDS:
                        # Of several rows with one key it is not known which is which.
                        if len(rows) == 1:
                            ids.see(column, row[column], other[column])
                    elif not is_equal(row, other, column):
                        values = (shown_value(each[column]) for each in (row, other))
                        found.append(Difference(mart, shown_key(key_columns, key), column, *values))
    return [*found, *ids.differences()]


def shown_key(columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    """Return a row's key to read, without what is empty."""
    cells = zip(columns, key, strict=True)
    return ", ".join(f"{name}={value}" for name, value in cells if value != "None")


def rows_by_key(
    expected: Iterable[MartRow], got: Iterable[MartRow], key_columns: tuple[str, ...]
) -> tuple[Grouped, Grouped]:
    """Group both sides by key; rows with the same key stand in the order of what they say."""
    sides = []
    for rows in (expected, got):
        grouped = defaultdict(list)
        for row in rows:
            grouped[tuple(str(row[column]) for column in key_columns)].append(row)
        sides.append(grouped)
    ours, theirs = sides
    for key in ours.keys() & theirs.keys():
        if len(ours[key]) == len(theirs[key]) == 1:
            continue
        rows = [*ours[key], *theirs[key]]
        columns = sorted(set.intersection(*(set(row) for row in rows)) - set(IDS))
        for same in (ours[key], theirs[key]):
            same.sort(key=lambda row, columns=columns: [shown_value(row[c]) for c in columns])
    return ours, theirs


def is_equal(row: MartRow, other: MartRow, column: str) -> bool:
    """Compare a cell: exactly, but for what is only shown."""
    expected, got = row[column], other[column]
    if column in UNROUNDED and isinstance(expected, Fraction) and got is not None:
        # Where a maximum has cut the line, the amount before rounding is none.
        is_shown_only = column == "amount_unrounded" and row["is_capped"]
        return is_shown_only or abs(Fraction(expected) - Fraction(got)) < TOLERANCE
    return without_far_future(expected) == without_far_future(got)


def names_the_winner(row: MartRow, other: MartRow) -> bool:
    """Tell whether a report of a row that has lost to another one names that."""
    winners = row.get("winner_ids")
    if not winners or other.get("detail") is None:
        return True
    return any(str(winner) in str(other["detail"]) for winner in winners)


def without_far_future(value: object) -> object:
    """Take the last year of all for an open end."""
    return None if isinstance(value, datetime) and value.year > 9998 else value


def shown_value(value: object) -> str:
    """Return a value to read: decimals without zeros at the end, fractions as decimals."""
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    if isinstance(value, Decimal):
        return f"{value.normalize() + 0:f}"
    return str(value)


class Ids:
    """Which id here is which there: one each, over all marts."""

    def __init__(self) -> None:
        """Begin with none."""
        self._there: dict[tuple[str, object], set[object]] = defaultdict(set)
        self._here: dict[tuple[str, object], set[object]] = defaultdict(set)

    def see(self, column: str, here: object, there: object) -> None:
        """Take up a pair."""
        self._there[column, here].add(there)
        self._here[column, there].add(here)

    def differences(self) -> Iterator[Difference]:
        """Return the ids that are several there, or that stand for several things there."""
        for (column, here), there in self._there.items():
            if len(there) > 1:
                yield Difference("ids", str(here), column, "one id", sorted(map(str, there)))
        for (column, there), here in self._here.items():
            if len(here) > 1:
                yield Difference("ids", str(there), column, "one key", sorted(map(str, here)))


def cases_of(found: list[Difference]) -> list[str]:
    """Return the random cases that have differences, by their prefix."""
    return sorted({case for each in found for case in CASE.findall(f"{each.key} {each.got}")})


def report(found: list[Difference]) -> str:
    """Return the first differences to read, and the cases that have some."""
    cases = cases_of(found)
    lines = [f"{len(found)} differences" + (f" in the cases {', '.join(cases)}" if cases else "")]
    lines += [str(each) for each in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"... and {len(found) - SHOWN} more")
    return "\n".join(lines)
