"""What a quote may give away: limits on discounts, and floors of prices."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from oracle.charges import (
    MOST_MONTHS,
    PERCENTAGE,
    Terms,
    is_price_per,
    is_sound,
    lacks_price,
    price_of_unit,
)
from oracle.marts import Marts
from oracle.prices import RANGES, is_within_range
from oracle.rating import Line
from oracle.spans import Span

# What a list price says itself of an amount, beside its price, and what else goes with that.
LIST_TERMS = ("free_quantity", "minimum_amount", "maximum_amount", "price_per", "price_months")


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
    return price_of_unit(span.values) * (1 - percent / 100)


def floor_of(span: Span) -> Fraction | None:
    """Return the least that a unit may cost for a period.

    A decision: a list price has its floor for as many units and months as the price itself.
    """
    row = span.price.list_price
    floor, per, months = row["floor_price"], row["price_per"], row["price_months"]
    if floor is None:
        return None
    least = Fraction(floor)
    if per is not None and is_price_per(per):
        least /= Fraction(per)
    if months is not None and 1 <= months <= MOST_MONTHS:
        least *= Fraction(span.values["invoice_schedule"], months)
    return least


def is_by_cell(*terms: Terms) -> bool:
    """Tell whether something has cells: what one unit costs is no single price then."""
    return any(each["matrix"] is not None for each in terms)


class GuardRails(Marts):
    """The guard rails of one quote, by its previewed lines.

    So a fixed discount, a maximum or free units count as much as a percentage does. A line without
    quantity that owes nothing at list prices says nothing: then the price of a unit counts.
    """

    def report_limits(self) -> None:
        """Report the quote's prices that are too far below list, or below their floor."""
        for spans in self.groups.values():
            listed = [self.at_list(span) for span in spans]
            at_list = dict(self.placed(listed)) if all(listed) else {}
            for number, line in self.placed(spans):
                price = line.span.price
                is_of_both = price.contract_price and price.list_price
                if is_of_both and not price.values["matrix"]:
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
        if group is None or group["charge_model"] == "UNKNOWN" or is_by_cell(group, span.values):
            return None
        terms = {column: row[column] for column in LIST_TERMS} | group
        if terms["price_per"] is None:
            terms["price_per"] = Decimal(1)
        is_in_range = all(is_within_range(column, terms[column]) for column in {*terms} & {*RANGES})
        months = terms["price_months"]
        is_for_months = months is None or 1 <= months <= MOST_MONTHS
        if lacks_price(terms) or not (is_in_range and is_sound(terms) and is_for_months):
            return None
        if terms["charge_model"] == PERCENTAGE and not self.has_events(span.price.product):
            return None
        values = {**span.values, **terms, "discount_percent": None, "discount_amount": None}
        return replace(span, price=replace(span.price, values=values))

    def report_discount(self, line: Line, listed: Line | None) -> None:
        """Report a line that is cheaper than list by more than the pricebook allows."""
        limit = line.span.price.pair.book["maximum_discount_percent"]
        if limit is None or listed is None:
            return
        quoted, full = worth(line), worth(listed)
        if not line.quantity and not full:
            quoted, full = unit_price(line.span), unit_price(listed.span)
        if full > 0 and 1 - quoted / full > Fraction(limit) / 100:
            self.exceptions.add(line.span.price.stands_on, "DISCOUNT_ABOVE_LIMIT", limit=limit)

    def report_floor(self, line: Line) -> None:
        """Report a line whose units cost less than the floor of their price."""
        floor, least = line.span.price.list_price["floor_price"], floor_of(line.span)
        if least is None or line.quantity < 0:
            return
        if line.quantity:
            is_below = worth(line) < least * units(line)
        else:
            is_below = unit_price(line.span) < least
        if is_below:
            self.exceptions.add(line.span.price.stands_on, "PRICE_BELOW_FLOOR", limit=floor)
