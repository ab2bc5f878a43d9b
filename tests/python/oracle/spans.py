"""Billing periods, and the spans of prices within them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from oracle.cells import Cell
from oracle.prices import ANCHORS, Lineage, Price, Prices
from oracle.zones import END, Window, add_months, cut, holds, is_empty

Nominal = tuple[date, date]


@dataclass
class Span:
    """A price within one nominal period; of several merged ones, the first one's price."""

    price: Price
    nominal: Nominal
    period: Window
    window: Window
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


class Spans(Prices):
    """The stage of spans."""

    def nominal_periods(self, price: Price) -> list[tuple[Nominal, Window]]:
        """Return local dates and instants of a recurring price's periods, up to the horizon."""
        zone, schedule = price.contract.zone, price.values["invoice_schedule"]
        anchor = zone.day(price.start)
        if price.values["billing_anchor"] == "CALENDAR":
            anchor = anchor.replace(day=1)
        number, result = 0, []
        while True:
            days = tuple(add_months(anchor, (number + n) * schedule) for n in (0, 1))
            begin = price.start if number == 0 else max(zone.midnight(days[0]), price.start)
            if begin >= min(price.end, price.window[1]) or self.is_beyond(price, begin):
                return result
            end = min(zone.midnight(days[1]), price.end)
            # A rest of less than one local day joins the period before it.
            if end < price.end != END and zone.count_days(end, price.end) < 1:
                end = price.end
            result.append((days, (begin, end)))
            if end == price.end:
                return result
            number += 1

    def is_beyond(self, price: Price, begin: datetime) -> bool:
        """Tell whether a period of a price begins too late to be computed."""
        return begin > self.horizon

    @staticmethod
    def one_time_date(price: Price) -> datetime:
        """Return the instant of a one-time price: its delay after its start, never before it."""
        zone, months = price.contract.zone, price.values["invoice_schedule"]
        day = add_months(zone.day(price.start), months)
        if price.values["billing_anchor"] == "CALENDAR":
            return max(zone.midnight(day.replace(day=1)), price.start)
        if months < 0:
            return zone.midnight(day)
        return max(zone.midnight(day), price.start) if months else price.start

    def build_spans(self) -> None:
        """Cut the prices into spans, grouped by nominal period of the lineage.

        A one-time price is reported if no window of its lineage holds its date.
        """
        pieces = defaultdict(list)
        hit, missed = set(), []
        for price in self.prices:
            values = price.values
            if values["invoice_delivery"] == "ONE_TIME" and values["billing_anchor"] in ANCHORS:
                moment = self.one_time_date(price)
                if not holds(price.window, moment):
                    missed.append(price)
                    continue
                # A withheld price that is in force then bills nothing, and so does not count.
                if price.billable:
                    hit.add(price.lineage)
                if price.billable and not self.is_beyond(price, moment):
                    day = price.contract.zone.day(moment)
                    span = Span(price, (day, day), (moment, moment), (moment, moment))
                    pieces[span.group].append(span)
            elif price.billable:
                for nominal, period in self.nominal_periods(price):
                    window = cut(price.window, period)
                    if not is_empty(window):
                        span = Span(price, nominal, period, window)
                        pieces[span.group].append(span)
        for price in missed:
            if price.lineage not in hit and price.billable:
                self.exceptions.add(price.stands_on, "ONE_TIME_OUTSIDE_CONTRACT")
        self.groups = {key: self.merge_spans(spans) for key, spans in pieces.items()}
        self.spans = [span for spans in self.groups.values() for span in spans]

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
