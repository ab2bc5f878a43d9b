"""Billing periods, and the spans of prices within them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from oracle.cells import Cell
from oracle.prices import Lineage, Price, Prices
from oracle.zones import END, Window, add_months, cut, holds, is_empty

Nominal = tuple[date, date]
# Units of schedules that are days, and how many.
DAYS_OF = {"WEEK": 7, "DAY": 1}


class Grid(NamedTuple):
    """Days from which and in which unit periods are counted, months from some months after it."""

    anchor: date
    months: int
    unit: str

    def day(self, count: int) -> date:
        """Return the day so many units on; of months it is clipped once."""
        if self.unit in DAYS_OF:
            return self.anchor + timedelta(days=count * DAYS_OF[self.unit])
        return add_months(self.anchor, self.months + count)


@dataclass
class Span:
    """A price within one nominal period; of several merged ones, the first one's price."""

    price: Price
    nominal: Nominal
    period: Window
    window: Window
    # Where the rest of less than a local day begins that has joined the period, if one has.
    rest: datetime | None = None
    prorated_days: int = 0
    period_days: int = 0

    @property
    def values(self) -> dict[str, Cell]:
        """Return the resolved terms."""
        return self.price.values

    @property
    def group(self) -> tuple[Lineage, Nominal, Cell]:
        """Return the nominal period of the lineage, within which quantities and limits add up.

        An amendment that changes the delivery, or the dates, makes other periods.
        """
        return self.price.lineage, self.nominal, self.values["invoice_delivery"]


def inside(window: Window, spans: list[Span]) -> list[Span]:
    """Return what of some spans lies in a window."""
    cut_spans = [replace(span, window=cut(window, span.window)) for span in spans]
    return [span for span in cut_spans if not is_empty(span.window)]


class Spans(Prices):
    """The stage of spans."""

    @staticmethod
    def grid_of(price: Price) -> Grid:
        """Return how a price's periods are counted.

        CALENDAR months from the first of the price's month, and weeks from its Monday; days, as
        all ANNIVERSARY periods, from the price's own day.
        """
        unit, day = price.values["schedule_unit"], price.contract.zone.day(price.start)
        if price.values["billing_anchor"] == "CALENDAR":
            if unit == "WEEK":
                day -= timedelta(days=day.weekday())
            return Grid(day.replace(day=1) if unit == "MONTH" else day, 0, unit)
        anchor, months = price.anchor or (day, 0)
        if unit in DAYS_OF:
            return Grid(add_months(anchor, months), 0, unit)
        return Grid(anchor, months, unit)

    def periods(self, price: Price) -> Iterator[Span]:
        """Return a recurring price's periods up to the horizon, each whole."""
        zone, schedule = price.contract.zone, price.values["invoice_schedule"]
        grid, number = self.grid_of(price), 0
        while True:
            days = tuple(grid.day((number + n) * schedule) for n in (0, 1))
            begin = price.start if number == 0 else max(zone.midnight(days[0]), price.start)
            if begin >= min(price.end, price.window[1]) or self.is_beyond(price, begin):
                return
            end, rest = min(zone.midnight(days[1]), price.end), None
            # A rest of less than one local day joins the period before it.
            if end < price.end != END and zone.count_days(end, price.end) < 1:
                end, rest = price.end, end
            yield Span(price, days, (begin, end), (begin, end), rest)
            if end == price.end:
                return
            number += 1

    def is_beyond(self, price: Price, begin: datetime) -> bool:
        """Tell whether a period of a price begins too late to be computed."""
        return begin > self.horizon

    def one_time_date(self, price: Price) -> datetime:
        """Return the instant of a one-time price: its delay after its start, never before it.

        A decision: by days CALENDAR is as ANNIVERSARY here too, if the delay is below zero.
        """
        zone, delay = price.contract.zone, price.values["invoice_schedule"]
        day = self.grid_of(price).day(delay)
        is_counted = price.values["schedule_unit"] == "DAY"
        if price.values["billing_anchor"] == "CALENDAR" and not is_counted:
            return max(zone.midnight(day), price.start)
        if delay < 0:
            return zone.midnight(day)
        return max(zone.midnight(day), price.start) if delay else price.start

    def build_spans(self) -> None:
        """Cut the prices into spans, grouped by nominal period of the lineage.

        A one-time price is reported if no window of its lineage holds its date. What is withheld
        bills nothing, and so does not count. In a trial nothing recurs. A decision: where a trial
        ends in a rest of less than a day that joins the period before it, nothing is left of that
        period.
        """
        lineages: dict[Lineage, list[Span]] = defaultdict(list)
        pieces: dict[tuple[Lineage, Nominal, Cell], list[Span]] = defaultdict(list)
        hit, missed = set(), []
        for price in self.prices:
            if not price.billable:
                continue
            if price.values["invoice_delivery"] == "ONE_TIME":
                moment = self.one_time_date(price)
                if not holds(price.window, moment):
                    missed.append(price)
                    continue
                hit.add(price.lineage)
                if not self.is_beyond(price, moment):
                    day = price.contract.zone.day(moment)
                    span = Span(price, (day, day), (moment, moment), (moment, moment))
                    pieces[span.group].append(span)
                continue
            periods = list(self.periods(price))
            lineages[price.lineage] += inside(price.paid_window, periods)
        for price in missed:
            if price.lineage not in hit:
                places = [price.place]
                self.exceptions.add(price.stands_on, "ONE_TIME_OUTSIDE_CONTRACT", places=places)
        for spans in lineages.values():
            for span in self.without_rests(spans):
                pieces[span.group].append(span)
        self.groups = {key: self.merge_spans(spans) for key, spans in pieces.items()}
        self.spans = [span for spans in self.groups.values() for span in spans]

    @staticmethod
    def without_rests(spans: list[Span]) -> list[Span]:
        """Drop the spans of a rest that has joined the period before it: it decides nothing.

        The last span before it goes on to the rest's end at its own terms, if it reaches the rest.
        """
        kept: list[Span] = []
        for span in sorted(spans, key=lambda span: span.window):
            last = kept[-1] if kept else None
            rests = [each.rest for each in (span, last) if each and each.rest is not None]
            if not any(rest <= span.window[0] for rest in rests):
                kept.append(span)
            elif last and last.window[1] == span.window[0]:
                last.window = last.window[0], span.window[1]
        return kept

    @staticmethod
    def merge_spans(spans: list[Span]) -> list[Span]:
        """Join adjacent spans of equal terms, and count the days."""
        merged: list[Span] = []
        for span in sorted(spans, key=lambda span: span.window):
            last = merged[-1] if merged else None
            if (
                last
                and last.window[1] == span.window[0]
                and last.period == span.period
                and last.price.terms() == span.price.terms()
            ):
                last.window = last.window[0], span.window[1]
            else:
                merged.append(span)
        for span in merged:
            span.prorated_days = span.price.contract.zone.count_days(*span.window)
            span.period_days = (span.nominal[1] - span.nominal[0]).days
        return merged
