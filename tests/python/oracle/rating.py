"""From spans and usage to lines: quantities, prices, discounts, maximum, minimum, rounding."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from oracle.cell_rating import CellBill, cell_bills
from oracle.cells import round_fraction
from oracle.charges import (
    PERCENTAGE,
    Part,
    Terms,
    bill_events,
    charged,
    owed,
    parts_of,
    whole_fee,
)
from oracle.inputs import Row
from oracle.matrix import MatrixCell, split
from oracle.metering import Metering
from oracle.prices import aggregation_of
from oracle.spans import Span
from oracle.usage import InCell, Usage
from oracle.zones import END, cut

# ISO 4217, with the codes that it has withdrawn lately.
CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP
BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB
EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD
JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY
TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD
XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG ZWL
"""
ISO_4217 = frozenset(CODES.split())
# The currencies whose minor unit is not a hundredth.
MINOR_UNITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
# What is one value per span; the others are one value per period.
SPAN_AGGREGATIONS = ("COUNT", "SUM", "WEIGHTED_SUM")


@dataclass(eq=False)
class Line:
    """A line item. `net` is what `amount` was rounded from, and only for display if capped."""

    span: Span
    line_type: str
    quantity: Fraction
    event_count: int
    gross: Fraction
    net: Fraction = Fraction(0)
    amount: Decimal = Decimal(0)
    is_capped: bool = False
    status: str = "DRAFT"
    # What it has of each tier, if its price has tiers.
    parts: tuple[Part, ...] = ()
    # What is free of its quantity, if it is rated by the event or is a cell's.
    free_quantity: Fraction | None = None
    # The cell that it is of, and the terms that hold for it, if not those of its span.
    cell: MatrixCell | None = None
    own_terms: Terms | None = None
    # One of the lines that are parts of one amount, which is rounded once.
    is_shared: bool = False

    @property
    def terms(self) -> Terms:
        """Return the terms by which it is rated."""
        return self.span.values if self.own_terms is None else self.own_terms

    @property
    def cell_id(self) -> str | None:
        """Return the id of its cell, if it has one."""
        return self.cell.cell_id if self.cell else None

    @property
    def discount(self) -> Fraction:
        """Return what the discounts, percent and fixed, took off."""
        return self.gross - self.net


def seconds(delta: timedelta) -> Fraction:
    """Return a duration in seconds, exactly."""
    return Fraction(delta // timedelta(microseconds=1), 10**6)


def period_value(aggregation: str, usages: list[Usage]) -> Fraction:
    """Return the one value of a period: MAX, UNIQUE_COUNT or LATEST."""
    if not usages:
        return Fraction(0)
    if aggregation == "MAX":
        return max(Fraction(usage.quantity) for usage in usages)
    if aggregation == "UNIQUE_COUNT":
        return Fraction(len({usage.quantity for usage in usages}))
    last = max(usages, key=lambda usage: usage.event.order)
    return Fraction(last.quantity)


def in_cell(aggregation: str, usages: list[Usage]) -> InCell:
    """Return what events in their order make in a cell."""
    if aggregation in SPAN_AGGREGATIONS:
        values = [Fraction(usage.quantity) for usage in usages]
    else:
        values = [period_value(aggregation, usages)]
    return InCell(values, sum(values, Fraction(0)), len(usages))


def rounded_together(lines: list[Line]) -> list[list[Line]]:
    """Group lines by what is rounded once: the parts of a span's amount, else each by itself."""
    groups: list[list[Line]] = []
    for line in lines:
        if line.is_shared and groups and groups[-1][0].span is line.span:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


class Rating(Metering):
    """The stage of lines."""

    def build_lines(self) -> None:
        """Build the lines of each nominal period of each lineage."""
        self.lines: list[Line] = []
        for spans in self.groups.values():
            self.lines += self.lines_of(spans)

    def lines_of(self, spans: list[Span]) -> list[Line]:
        """Build the lines of one nominal period of a lineage."""
        product = spans[-1].price.product
        if product["ptype"] == "EVENT":
            lines = self.usage_lines(spans, product)
        elif spans[-1].values["invoice_delivery"] == "ONE_TIME":
            lines = [self.fee_line(span, "one_time", Fraction(1)) for span in spans]
        else:
            lines = self.fixed_lines(spans)
        # A decision: what is taken or owed once per period is an amount in its last currency,
        # and is for the lines in that currency alone.
        currency = spans[-1].values["currency"]
        in_currency = [line for line in lines if line.span.values["currency"] == currency]
        self.discount(lines, in_currency, spans[-1])
        kept = self.round_lines(lines)
        in_currency = [line for line in kept if line in in_currency]
        self.cap(in_currency, spans)
        # A decision: with a line withheld, what lacks to the minimum is not known.
        if len(kept) < len(lines):
            return kept
        return [*kept, *self.true_up(in_currency, spans)]

    @staticmethod
    def fee_line(span: Span, line_type: str, share: Fraction) -> Line:
        """Return a line of a fee for a share of its period; free quantities are not for fees."""
        quantity, terms = Fraction(span.values["fixed_quantity"]), span.values
        gross = whole_fee(terms) * share
        return Line(
            span, line_type, quantity, 0, gross, parts=parts_of(terms, None, *[quantity] * 2)
        )

    def fixed_lines(self, spans: list[Span]) -> list[Line]:
        """Bill a fee for its days; without proration once, at the first or last terms."""
        whole = [span for span in spans if not span.values["prorate"]]
        billed = None
        if whole:
            billed = whole[0 if whole[0].values["invoice_delivery"] == "ADVANCED" else -1]
        lines = []
        for span in spans:
            if span.values["prorate"]:
                share = Fraction(span.prorated_days, span.period_days)
                lines.append(self.fee_line(span, "fixed", share))
            elif span is billed:
                lines.append(self.fee_line(span, "fixed", Fraction(1)))
                # The term, or the trial, has left less of the period than its nominal days.
                contract = span.price.contract
                left = cut(span.period, (contract.trial_end, END))
                if contract.zone.count_days(*left) < span.period_days:
                    self.exceptions.add(span.price.stands_on, "UNPRORATED_STUB")
        return lines

    def usage_lines(self, spans: list[Span], product: Row) -> list[Line]:
        """Bill each span's usage as what it adds to the period's, or the period's one value."""
        quantities, all_spans = self.quantities(spans, product), spans
        if aggregation_of(product) not in SPAN_AGGREGATIONS:
            spans = spans[-1:]
        total = sum((quantity for quantity, _ in quantities), Fraction(0))
        before, lines = Fraction(0), []
        for number, (span, (quantity, count)) in enumerate(zip(spans, quantities, strict=True)):
            if span.values["matrix"]:
                usages = self.in_cells(all_spans, span, product)
                lines += self.cell_lines(span, cell_bills(span.values, number, usages))
            elif span.values["charge_model"] == PERCENTAGE:
                values = self.event_values(all_spans, product)
                lines.append(self.event_line(span, values, number, count))
            else:
                start = before if number else None
                lines.append(self.quantity_line(span, start, quantity, count, total))
            before += quantity
        return lines

    @staticmethod
    def quantity_line(
        span: Span, before: Fraction | None, quantity: Fraction, count: int, total: Fraction
    ) -> Line:
        """Return a line of what a quantity adds to one before it; the first one has none."""
        terms = span.values
        start = charged(terms, before) if before is not None else None
        way = start, charged(terms, (before or 0) + quantity), charged(terms, total)
        gross, parts = owed(terms, *way), parts_of(terms, *way)
        return Line(span, "usage", quantity, count, gross, parts=parts)

    @staticmethod
    def event_line(span: Span, values: list[list[Fraction]], number: int, count: int) -> Line:
        """Bill the events of a span by themselves; those of each span of its period are given.

        Events before the span are used up for it as if they had had its terms.
        """
        events = [(span.values, value) for earlier in values[: number + 1] for value in earlier]
        quantity = sum(values[number], Fraction(0))
        bills = bill_events(events)[len(events) - len(values[number]) :]
        gross = sum((amount for amount, _ in bills), Fraction(0))
        free = quantity - sum((part for _, part in bills), Fraction(0))
        return Line(span, "usage", quantity, count, gross, free_quantity=free)

    @staticmethod
    def cell_lines(span: Span, bills: list[CellBill]) -> list[Line]:
        """Return the lines of a span's cells, or the one of a span without usage."""
        return [
            Line(
                *(span, "usage", bill.used.quantity, bill.used.count, bill.gross),
                parts=bill.parts,
                free_quantity=bill.free,
                cell=bill.cell,
                own_terms=bill.terms,
                is_shared=span.values["matrix"].is_shared and bill.cell is not None,
            )
            for bill in bills
        ]

    def event_values(self, spans: list[Span], product: Row) -> list[list[Fraction]]:
        """Return the values of each span's events in their order; the product is not asked here."""
        return [
            [
                Fraction(usage.quantity)
                for usage in sorted(self.by_span[id(span)], key=lambda usage: usage.event.order)
            ]
            for span in spans
        ]

    def in_cells(self, spans: list[Span], span: Span, product: Row) -> list[dict[str, InCell]]:
        """Return what each span of a period has in the cells of one of them.

        In the order of the cells' ids; of one value a period, it is of a single span.
        """
        matrix, aggregation = span.values["matrix"], aggregation_of(product)
        by_span = [
            sorted(self.by_span[id(each)], key=lambda usage: usage.event.order) for each in spans
        ]
        if aggregation not in SPAN_AGGREGATIONS:
            by_span = [[usage for usages in by_span for usage in usages]]
        result = []
        for usages in by_span:
            by_cell: dict[str, list[Usage]] = defaultdict(list)
            for usage in usages:
                if cell := matrix.cell_of(usage.event.value):
                    by_cell[cell.cell_id].append(usage)
            result.append(
                {cell_id: in_cell(aggregation, by_cell[cell_id]) for cell_id in sorted(by_cell)}
            )
        return result

    def quantities(self, spans: list[Span], product: Row) -> list[tuple[Fraction, int]]:
        """Return quantity and events of each span of a period, or the one pair of the period."""
        aggregation = aggregation_of(product)
        if aggregation not in SPAN_AGGREGATIONS:
            usages = [usage for span in spans for usage in self.by_span[id(span)]]
            return [(period_value(aggregation, usages), len(usages))]
        result = []
        for span in spans:
            usages = self.by_span[id(span)]
            if aggregation == "WEIGHTED_SUM":
                quantity = self.weighted(span)
            else:
                quantity = sum((Fraction(usage.quantity) for usage in usages), Fraction(0))
            result.append((quantity, len(usages)))
        return result

    def weighted(self, span: Span) -> Fraction:
        """Return the level's seconds within a span per second of the nominal period."""
        zone, (begin, end) = span.price.contract.zone, span.window
        area = Fraction(0)
        for moment, change in self.levels[span.values["customer_id"], span.price.product.id]:
            if moment < end:
                area += Fraction(change) * seconds(end - max(moment, begin))
        return area / seconds(zone.midnight(span.nominal[1]) - zone.midnight(span.nominal[0]))

    @staticmethod
    def discount(lines: list[Line], in_currency: list[Line], last_span: Span) -> None:
        """Take off the percent of each line, then the fixed discount, once per period."""
        for line in lines:
            percent = Fraction(line.span.values["discount_percent"] or 0)
            line.net = line.gross * (1 - percent / 100)
        left = Fraction(last_span.values["discount_amount"] or 0)
        for line in in_currency:
            taken = max(min(left, line.net), Fraction(0))
            line.net -= taken
            left -= taken

    @staticmethod
    def limit(spans: list[Span], column: str) -> Fraction | None:
        """Return a period's minimum or maximum: the last span's, for the days in force."""
        last = spans[-1]
        amount = last.values[column]
        if amount is None:
            return None
        if not last.values["prorate"] or last.values["invoice_delivery"] == "ONE_TIME":
            return Fraction(amount)
        return Fraction(amount) * Fraction(sum(s.prorated_days for s in spans), last.period_days)

    def minor_units(self, code: str) -> int:
        """Return a currency's decimals; the user's row wins, and of several the lowest id."""
        rows = self.rows_with("currencies", "code", code)
        own = [row["minor_units"] for row in rows if row["minor_units"] in range(9)]
        return own[0] if own else MINOR_UNITS.get(code, 2)

    def round(self, amount: Fraction, span: Span) -> Decimal:
        """Round to the minor unit of a span's currency."""
        return round_fraction(amount, self.minor_units(span.values["currency"]))

    def round_lines(self, lines: list[Line]) -> list[Line]:
        """Round each line once, or the sum of those that are parts of one amount.

        Leave out those out of range; with one part all parts.
        """
        kept = []
        for together in rounded_together(lines):
            span = together[0].span
            amount = self.round(sum((line.net for line in together), Fraction(0)), span)
            self.split(together, amount)
            if max(abs(each) for each in (amount, *(line.amount for line in together))) >= 10**12:
                place = replace(span.price.place, window=span.window)
                self.exceptions.add(span.price.stands_on, "OUT_OF_RANGE", places=[place])
            else:
                kept += together
        return kept

    def split(self, lines: list[Line], amount: Decimal) -> None:
        """Split an amount over lines, by what each of them owes before rounding."""
        places = self.minor_units(lines[0].span.values["currency"])
        amounts = split(amount, [line.net for line in lines], places)
        for line, part in zip(lines, amounts, strict=True):
            line.amount = part

    def cap(self, lines: list[Line], spans: list[Span]) -> None:
        """Cap the running sum of the rounded lines.

        A decision: the maximum, rounded itself, caps the running sum S of the rounded lines, and a
        line owes min(S with it, maximum) - min(S before it, maximum). So a negative correction
        after the maximum was reached counts only once the sum itself is below the maximum.
        """
        limit = self.limit(spans, "maximum_amount")
        if limit is None:
            return
        maximum, before = self.round(limit, spans[-1]), Decimal(0)
        for together in rounded_together(lines):
            amount = sum((line.amount for line in together), Decimal(0))
            after = before + amount
            capped = min(after, maximum) - min(before, maximum)
            if capped != amount:
                self.split(together, capped)
                for line in together:
                    line.is_capped = True
            before = after

    def true_up(self, lines: list[Line], spans: list[Span]) -> list[Line]:
        """Return the line that lifts a period to its minimum; one that rounds to zero is none."""
        minimum = self.limit(spans, "minimum_amount")
        if minimum is None:
            return []
        rest = minimum - sum((Fraction(line.amount) for line in lines), Fraction(0))
        line = Line(spans[-1], "minimum_true_up", Fraction(0), 0, rest, rest)
        line.amount = self.round(rest, spans[-1])
        return [line] if line.amount > 0 else []
