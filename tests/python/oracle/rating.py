"""From spans and usage to lines: quantities, prices, discounts, maximum, minimum, rounding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from oracle.cells import round_fraction
from oracle.charges import (
    PERCENTAGE,
    TIERED,
    Part,
    Terms,
    Used,
    charged,
    charged_value,
    event_owed,
    owed,
    tier_parts,
    whole_fee,
)
from oracle.inputs import Row
from oracle.metering import Metering
from oracle.prices import aggregation_of
from oracle.spans import Span
from oracle.usage import Usage
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
    # What is free of its quantity, if it is rated by the event.
    free_quantity: Fraction | None = None

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


def parts_of(
    terms: Terms, start: Fraction | None, end: Fraction, total: Fraction
) -> tuple[Part, ...]:
    """Return what a line has of each tier in which it has something, else of the first one."""
    if terms["charge_model"] not in TIERED:
        return ()
    parts = [part for part in tier_parts(terms, start, end, total) if any(part[1:])]
    return tuple(parts or [Part(0, Fraction(0), Fraction(0))])


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
        if any(span.values["charge_model"] == PERCENTAGE for span in spans):
            return self.event_lines(spans, product)
        quantities, before = self.quantities(spans, product), Fraction(0)
        if aggregation_of(product) not in SPAN_AGGREGATIONS:
            spans = spans[-1:]
        total = sum((quantity for quantity, _ in quantities), Fraction(0))
        lines = []
        for span, (quantity, count) in zip(spans, quantities, strict=True):
            start = before if lines else None
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

    def event_lines(self, spans: list[Span], product: Row) -> list[Line]:
        """Bill a period of which a part, at least, is rated by the event.

        Events before a span are used up for it as if they had had its terms.
        """
        by_span, lines, earlier = self.event_values(spans, product), [], []
        counts = [count for _, count in self.quantities(spans, product)]
        total = sum((value for values in by_span for value in values), Fraction(0))
        for span, values, count in zip(spans, by_span, counts, strict=True):
            quantity = sum(values, Fraction(0))
            if span.values["charge_model"] == PERCENTAGE:
                gross, charged_quantity = self.events_owed(span.values, earlier, values)
                free = quantity - charged_quantity
                lines.append(Line(span, "usage", quantity, count, gross, free_quantity=free))
            else:
                before = sum(earlier, Fraction(0)) if lines else None
                lines.append(self.quantity_line(span, before, quantity, count, total))
            earlier += values
        return lines

    @staticmethod
    def events_owed(
        terms: Terms, earlier: list[Fraction], values: list[Fraction]
    ) -> tuple[Fraction, Fraction]:
        """Return what events owe after earlier ones, and how many of their units are charged."""
        used, gross, charged_quantity = Used(), Fraction(0), Fraction(0)
        for number, value in enumerate(earlier + values):
            part = charged_value(terms, used, value)
            if number >= len(earlier):
                gross += event_owed(terms, used, value)
                charged_quantity += part
            used = used.and_then(value, part)
        return gross, charged_quantity

    def event_values(self, spans: list[Span], product: Row) -> list[list[Fraction]]:
        """Return the values of each span's events in their order; the product is not asked here."""
        return [
            [
                Fraction(usage.quantity)
                for usage in sorted(self.by_span[id(span)], key=lambda usage: usage.event.order)
            ]
            for span in spans
        ]

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
        """Round each line once, and leave out those out of range."""
        kept = []
        for line in lines:
            line.amount = self.round(line.net, line.span)
            if abs(line.amount) >= 10**12:
                place = replace(line.span.price.place, window=line.span.window)
                self.exceptions.add(line.span.price.stands_on, "OUT_OF_RANGE", places=[place])
            else:
                kept.append(line)
        return kept

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
        for line in lines:
            after = before + line.amount
            capped = min(after, maximum) - min(before, maximum)
            line.is_capped = capped != line.amount
            line.amount, before = capped, after

    def true_up(self, lines: list[Line], spans: list[Span]) -> list[Line]:
        """Return the line that lifts a period to its minimum; one that rounds to zero is none."""
        minimum = self.limit(spans, "minimum_amount")
        if minimum is None:
            return []
        rest = minimum - sum((Fraction(line.amount) for line in lines), Fraction(0))
        line = Line(spans[-1], "minimum_true_up", Fraction(0), 0, rest, rest)
        line.amount = self.round(rest, spans[-1])
        return [line] if line.amount > 0 else []
