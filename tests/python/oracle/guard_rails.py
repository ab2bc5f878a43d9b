"""What a quote may give away: limits on discounts, and floors of prices."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from oracle.marts import Marts
from oracle.prices import RANGES, is_within_range
from oracle.rating import Line
from oracle.spans import Span

# What a list price says itself of an amount.
LIST_TERMS = ("price", "free_quantity", "minimum_amount", "maximum_amount")


def worth(line: Line) -> Fraction:
    """Return what a line owes, as exactly as it is known."""
    return Fraction(line.amount) if line.is_capped else line.net


def units(line: Line) -> Fraction:
    """Return for how many units of a whole period a line is: half a month is half of one."""
    if line.line_type == "fixed" and line.span.values["prorate"]:
        return line.quantity * Fraction(line.span.prorated_days, line.span.period_days)
    return line.quantity


def unit_price(span: Span) -> Fraction:
    """Return what one unit costs, as far as the terms say it without a quantity."""
    percent = Fraction(span.values["discount_percent"] or 0)
    return Fraction(span.values["price"]) * (1 - percent / 100)


class GuardRails(Marts):
    """The guard rails of one quote, by its previewed lines.

    So a fixed discount, a maximum or free units count as much as a percentage does. A line without
    quantity says nothing: then the price of a unit counts.
    """

    def report_limits(self) -> None:
        """Report the quote's prices that are too far below list, or below their floor."""
        for spans in self.groups.values():
            listed = [self.at_list(span) for span in spans]
            at_list = dict(self.placed(listed)) if all(listed) else {}
            for number, line in self.placed(spans):
                if line.span.price.contract_price and line.span.price.list_price:
                    self.report_discount(line, at_list.get(number))
                    self.report_floor(line)

    def placed(self, spans: list[Span]) -> list[tuple[int, Line]]:
        """Return the lines of a period, with the number of their span; not the true-up."""
        numbers = {id(span): number for number, span in enumerate(spans)}
        return [
            (numbers[id(line.span)], line)
            for line in self.lines_of(spans)
            if line.line_type != "minimum_true_up"
        ]

    def at_list(self, span: Span) -> Span | None:
        """Return a span at the terms of its list price alone, if that has sound ones."""
        row = span.price.list_price
        group = self.price_group(row)
        if group is None or group[0] != "FLAT" or group[1] is None:
            return None
        terms = {column: row[column] for column in LIST_TERMS}
        if not all(is_within_range(column, terms[column]) for column in set(terms) & set(RANGES)):
            return None
        values = {**span.values, **terms, "discount_percent": None, "discount_amount": None}
        return replace(span, price=replace(span.price, values=values))

    def report_discount(self, line: Line, listed: Line | None) -> None:
        """Report a line that is cheaper than list by more than the pricebook allows."""
        limit = line.span.price.pair.book["maximum_discount_percent"]
        if limit is None or listed is None:
            return
        quoted, full = worth(line), worth(listed)
        if not line.quantity:
            quoted, full = unit_price(line.span), unit_price(listed.span)
        if full > 0 and 1 - quoted / full > Fraction(limit) / 100:
            self.exceptions.add(line.span.price.stands_on, "DISCOUNT_ABOVE_LIMIT", limit=limit)

    def report_floor(self, line: Line) -> None:
        """Report a line whose units cost less than the floor of their price."""
        floor = line.span.price.list_price["floor_price"]
        if floor is None or line.quantity < 0:
            return
        each = worth(line) / units(line) if line.quantity else unit_price(line.span)
        if each < Fraction(floor):
            self.exceptions.add(line.span.price.stands_on, "PRICE_BELOW_FLOOR", limit=floor)
