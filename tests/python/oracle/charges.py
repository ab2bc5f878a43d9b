"""Charge models: what a quantity owes at the terms of a price.

Most are about B, the quantity that is charged: of usage what is left after the free quantity, of a
fee its fixed quantity. Tiers are intervals (the up_to before, up_to] of B, the first open below,
the last open above. PERCENTAGE is about events instead, each by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from oracle.cells import Cell, decimals_of

TIERED = ("GRADUATED", "VOLUME", "GRADUATED_PERCENTAGE")
# Of these a quantity is all that counts.
CUMULATIVE = ("FLAT", "PACKAGE", *TIERED)
PERCENTAGE = "PERCENTAGE"
MODELS = (*CUMULATIVE, PERCENTAGE)
# A price is for so many units, or months, at most.
MOST_UNITS = 10**9
MOST_MONTHS = 1200
# Digits before the point, and decimals.
UNIT_PRICE = (8, 10)
FLAT_AMOUNT = (8, 10)
QUANTITY = (12, 12)


class Tier(NamedTuple):
    """A tier as it is written; an empty price or amount is zero, an empty bound is none."""

    up_to: Decimal | None
    unit_price: Decimal | None
    flat_amount: Decimal | None


class Part(NamedTuple):
    """What a line has of a tier; `number` 0 is the lowest tier."""

    number: int
    quantity: Fraction
    flat_amount: Fraction


class Used(NamedTuple):
    """What the events of a period before one have used.

    The sum of all, how many count, and how many of their units are paid for and not given back.
    """

    quantity: Fraction = Fraction(0)
    events: int = 0
    paid: Fraction = Fraction(0)

    def and_then(self, value: Fraction, charged: Fraction) -> Used:
        """Return what is used after one more event; below zero it is none that counts."""
        paid = self.paid + charged if value >= 0 else max(self.paid + value, Fraction(0))
        return Used(self.quantity + value, self.events + (value >= 0), paid)


Terms = Mapping[str, Cell | tuple[Tier, ...]]


# What is wrong with a price


def in_order(tiers: Iterable[Tier]) -> tuple[Tier, ...]:
    """Return tiers from the lowest to the highest; the one without a bound is the last."""
    return tuple(sorted(tiers, key=lambda tier: (tier.up_to is None, tier.up_to or 0)))


def without_empty_cells(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    """Return tiers by what they mean, so that equal ones are equal."""
    return tuple(
        Tier(tier.up_to, tier.unit_price or Decimal(0), tier.flat_amount or Decimal(0))
        for tier in tiers
    )


def fits(number: Decimal | None, digits: tuple[int, int]) -> bool:
    """Tell whether a number has so many digits at most before and after the point."""
    before, after = digits
    return number is None or (abs(number) < 10**before and decimals_of(number) <= after)


def is_size(number: Decimal | None) -> bool:
    """Tell whether a number can be a bound or the size of a package, or is not there."""
    return number is None or (number > 0 and fits(number, QUANTITY))


def lacks_price(terms: Terms) -> bool:
    """Tell whether a model does not have what it needs."""
    if terms["charge_model"] in TIERED:
        tiers = terms["tiers"]
        return not tiers or any(tier[1:] == (None, None) for tier in tiers)
    if terms["charge_model"] == PERCENTAGE:
        return terms["percent_rate"] is None and terms["fixed_amount"] is None
    needed = ("price", "package_size") if terms["charge_model"] == "PACKAGE" else ("price",)
    return any(terms[column] is None for column in needed)


def is_sound(terms: Terms) -> bool:
    """Tell whether the numbers of a price make sense, but for those that stand alone."""
    bounds = [tier.up_to for tier in terms["tiers"]]
    return (
        is_price_per(terms["price_per"])
        and is_size(terms["package_size"])
        and len(set(bounds)) == len(bounds)
        and all(
            is_size(tier.up_to)
            and fits(tier.unit_price, UNIT_PRICE)
            and fits(tier.flat_amount, FLAT_AMOUNT)
            for tier in terms["tiers"]
        )
    )


def is_price_per(number: Decimal) -> bool:
    """Tell whether a price can be for so many units: a whole number of them."""
    return 1 <= number <= MOST_UNITS and number == int(number)


# Rates


def charged(terms: Terms, quantity: Fraction) -> Fraction:
    """Return what is charged of a period's usage so far; free units never help below zero."""
    free = Fraction(terms["free_quantity"] or 0)
    return quantity if quantity <= 0 else max(quantity - free, Fraction(0))


def tier_of(tiers: tuple[Tier, ...], quantity: Fraction) -> int:
    """Return the number of the tier in which a quantity lies."""
    below_last = (number for number, tier in enumerate(tiers[:-1]) if quantity <= tier.up_to)
    return next(below_last, len(tiers) - 1)


def slices(tiers: tuple[Tier, ...], quantity: Fraction) -> list[Fraction]:
    """Return how much of a quantity is inside each tier."""
    inner = [Fraction(tier.up_to) for tier in tiers[:-1]]
    # What of it lies below each tier's upper end: all of it, however far, below that of the last.
    below = [Fraction(0), *(min(quantity, bound) for bound in inner), quantity]
    return [upper - lower for lower, upper in pairwise(below)]


def flat_amounts(tiers: tuple[Tier, ...], quantity: Fraction) -> list[Fraction]:
    """Return the flat amounts owed: of the first tier, and of each whose lower end is passed."""
    last = tier_of(tiers, quantity)
    return [
        Fraction(tier.flat_amount or 0) if number <= last else Fraction(0)
        for number, tier in enumerate(tiers)
    ]


def unit_rate(terms: Terms, tier: Tier) -> Fraction:
    """Return what one unit in a tier owes."""
    price = Fraction(tier.unit_price or 0)
    if terms["charge_model"] == "GRADUATED_PERCENTAGE":
        return price / 100
    return price / Fraction(terms["price_per"])


def tier_parts(terms: Terms, start: Fraction | None, end: Fraction, total: Fraction) -> list[Part]:
    """Return what a line has of each tier.

    It runs from one quantity of its period to another, the first line from None; at the end of the
    period the quantity is `total`.
    """
    tiers = terms["tiers"]
    if terms["charge_model"] == "VOLUME":
        number = tier_of(tiers, total)
        flat = Fraction(tiers[number].flat_amount or 0) if start is None else Fraction(0)
        return [Part(number, end - (start or 0), flat)]
    sliced, flat = slices(tiers, end), flat_amounts(tiers, end)
    if start is not None:
        sliced = [now - before for now, before in zip(sliced, slices(tiers, start), strict=True)]
        flat = [now - before for now, before in zip(flat, flat_amounts(tiers, start), strict=True)]
    return [Part(number, *part) for number, part in enumerate(zip(sliced, flat, strict=True))]


def parts_of(
    terms: Terms, start: Fraction | None, end: Fraction, total: Fraction
) -> tuple[Part, ...]:
    """Return what a line has of each tier in which it has something, else of the first one."""
    if terms["charge_model"] not in TIERED:
        return ()
    parts = [part for part in tier_parts(terms, start, end, total) if any(part[1:])]
    return tuple(parts or [Part(0, Fraction(0), Fraction(0))])


def part_amount(terms: Terms, part: Part) -> Fraction:
    """Return what a line owes in a tier."""
    return part.quantity * unit_rate(terms, terms["tiers"][part.number]) + part.flat_amount


def rate(terms: Terms, quantity: Fraction) -> Fraction:
    """Return what a quantity owes by a price without tiers."""
    price = Fraction(terms["price"])
    if terms["charge_model"] == "PACKAGE":
        return price * math.ceil(quantity / Fraction(terms["package_size"]))
    return price * quantity / Fraction(terms["price_per"])


def owed(terms: Terms, start: Fraction | None, end: Fraction, total: Fraction) -> Fraction:
    """Return what a line owes that runs from one quantity of its period to another.

    From the first line of a period nothing is subtracted: its start is None.
    """
    if terms["charge_model"] in TIERED:
        parts = tier_parts(terms, start, end, total)
        return sum((part_amount(terms, part) for part in parts), Fraction(0))
    return rate(terms, end) - (rate(terms, start) if start is not None else 0)


# Events


def has_room(terms: Terms, used: Used) -> bool:
    """Tell whether a price has free units or events, and not all of the events are used."""
    free_events = terms["free_events"]
    if free_events is None:
        return terms["free_quantity"] is not None
    return used.events < free_events


def beyond_free(terms: Terms, quantity: Fraction) -> Fraction:
    """Return what of a quantity is not free: without a free quantity all is."""
    free = terms["free_quantity"]
    return Fraction(0) if free is None else max(quantity - Fraction(free), Fraction(0))


def charged_value(terms: Terms, used: Used, value: Fraction) -> Fraction:
    """Return what is charged of an event's value.

    A correction gives back paid units first, then free ones, which are worth nothing, and then what
    the period does not have: below zero nothing is free.
    """
    if terms["free_events"] is None and terms["free_quantity"] is None:
        return value
    if value >= 0:
        if not has_room(terms, used):
            return value
        return beyond_free(terms, used.quantity + value) - beyond_free(terms, used.quantity)
    of_paid = min(-value, used.paid)
    of_free = min(-value - of_paid, max(used.quantity - used.paid, Fraction(0)))
    return value + of_free


def event_owed(terms: Terms, used: Used, value: Fraction) -> Fraction:
    """Return what an event owes: the rate, and within its bounds a fixed amount.

    Wholly free ones owe nothing; those below zero give back the rate alone. A minimum above the
    maximum wins.
    """
    charged_part = charged_value(terms, used, value)
    share = Fraction(terms["percent_rate"] or 0) / 100 * charged_part
    if value < 0:
        return share
    free = terms["free_quantity"]
    is_before_end = free is None or used.quantity < free
    if has_room(terms, used) and is_before_end and not charged_part:
        return Fraction(0)
    amount = share + Fraction(terms["fixed_amount"] or 0)
    if terms["event_maximum"] is not None:
        amount = min(amount, Fraction(terms["event_maximum"]))
    if terms["event_minimum"] is not None:
        amount = max(amount, Fraction(terms["event_minimum"]))
    return amount


def bill_events(events: Iterable[tuple[Terms, Fraction]]) -> list[tuple[Fraction, Fraction]]:
    """Return what each of a period's events owes, and what of it is charged, each at its terms."""
    used, bills = Used(), []
    for terms, value in events:
        part = charged_value(terms, used, value)
        bills.append((event_owed(terms, used, value), part))
        used = used.and_then(value, part)
    return bills


# Fees


def whole_fee(terms: Terms) -> Fraction:
    """Return a fee for a whole period: so many times that of the months that its price is for."""
    quantity = Fraction(terms["fixed_quantity"])
    fee = owed(terms, None, quantity, quantity)
    months = terms["price_months"]
    return fee if months is None else fee * terms["invoice_schedule"] / months


def price_of_unit(terms: Terms) -> Fraction:
    """Return what one unit costs as far as a price says it alone: in the first tier, without flat.

    A decision: of a package its part of it; by the event the rate of one. Of a fee for a whole
    period, as lines are.
    """
    model, months = terms["charge_model"], terms["price_months"]
    if model == PERCENTAGE:
        return Fraction(terms["percent_rate"] or 0) / 100
    if model in TIERED:
        each = unit_rate(terms, terms["tiers"][0])
    else:
        per = terms["package_size"] if model == "PACKAGE" else terms["price_per"]
        each = Fraction(terms["price"]) / Fraction(per)
    return each if months is None else each * terms["invoice_schedule"] / months
