"""The oracle's charge models, by hand: what each owes, and what is wrong with a price."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from oracle import compute
from oracle.cases import ERAS
from oracle.charges import CUMULATIVE, TIERED, Tier, charged, owed, slices, tier_of
from oracle.labels import untrue_labels
from oracle.provisioned_cases import CHARGE_MODELS, FLAT_FEATURES, random_case
from oracle_tables import (
    IN_JANUARY,
    Inputs,
    Marts,
    Row,
    amounts,
    basic,
    decimals,
    event,
    override,
    reasons,
    run,
)

TierCells = tuple[str | None, str | None, str | None]

# Those that came later change what is charged here.
CHARGED_FEATURES = (*FLAT_FEATURES, CHARGE_MODELS)

# 2 each up to 10, 1 each up to 20, then 0.50 each; and the same ends with flat amounts.
FALLING: tuple[TierCells, ...] = (("10", "2", None), ("20", "1", None), (None, "0.5", None))
FLATS: tuple[TierCells, ...] = (("10", "2", "5"), ("20", "1", "7"), (None, "0", "100"))
CLOSED: tuple[TierCells, ...] = FALLING[:2]
# 2.9 % and 0.30 up to 1000, then 1.5 %.
PERCENTS: tuple[TierCells, ...] = (("1000", "2.9", "0.30"), (None, "1.5", None))
# 1.00 up to 1000, then 0.50.
WORKED: tuple[TierCells, ...] = (("1000", "1.00", None), (None, "0.50", None))
# 10 a seat up to 5, then 8 a seat and 3 for being there.
SEATS: tuple[TierCells, ...] = (("5", "10", None), (None, "8", "3"))
FREE_5 = {"free_quantity": "5"}
THOUSANDS = {"price": "10", "package_size": "1000"}
FIVES = {"price": "10", "package_size": "5"}


def tiers(owner: str, *rows: TierCells, column: str = "list_price_uid") -> list[Row]:
    """Return tiers of a price, of list price l1 unless it is another one, in an order of no use."""
    cells = [
        {"id": f"{owner}_{number}", "up_to": up_to, "unit_price": price, "flat_amount": flat}
        for number, (up_to, price, flat) in enumerate(rows)
    ]
    return [{column: owner, **row} for row in reversed(cells)]


def sold(
    model: str | None, *rows: TierCells, ptype: str = "EVENT", **list_price: str | None
) -> Inputs:
    """Return the basic inputs with a list price of some charge model, its events summed."""
    cells = {"price": None, "charge_model": model, **list_price}
    agg_property = "n" if ptype == "EVENT" else None
    inputs = basic("1", ptype, products={"agg_property": agg_property}, list_prices=cells)
    inputs["price_tiers"] = tiers("l1", *rows)
    return inputs


def fee(model: str | None, *rows: TierCells, quantity: str = "1", **list_price: str) -> Inputs:
    """Return the basic inputs with a fee of some charge model."""
    return sold(model, *rows, ptype="FIXED", fixed_quantity=quantity, **list_price)


def use(inputs: Inputs, *quantities: str) -> Inputs:
    """Add an event on the 2nd, 12th and 22nd of January, as many as there are quantities."""
    inputs["usage_events"] = [
        event(day, f"2024-01-{day}", n=quantity)
        for day, quantity in zip(("02", "12", "22"), quantities, strict=False)
    ]
    return inputs


def amend(inputs: Inputs, day: str = "2024-01-10") -> Inputs:
    """Amend the payment terms in January, between the first event and the second."""
    amendment = {"id": "k2", "effective_at": day, "payment_terms_days": "30"}
    inputs["contracts"].append({**inputs["contracts"][0], **amendment})
    return inputs


def overridden(inputs: Inputs, *rows: TierCells, **cells: str) -> Inputs:
    """Override the list price from 10 January on."""
    inputs["contract_prices"] = [override("o", started_at="2024-01-10", **cells)]
    inputs["price_tiers"] += tiers("o", *rows, column="contract_price_uid")
    return inputs


def january(inputs: Inputs) -> list[Decimal]:
    """Return the lines of January."""
    return amounts(run(IN_JANUARY, inputs))


# One span of usage


@pytest.mark.parametrize(
    ("model", "rows", "cells", "quantity", "expected"),
    [
        # 2 a unit in the first ten.
        ("GRADUATED", FALLING, {}, "0", "0"),
        ("GRADUATED", FALLING, {}, "2.5", "5"),
        ("GRADUATED", FALLING, {}, "10", "20"),
        # 20 + 1; 20 + 10; 20 + 10 + 0.50; below zero the first tier goes on.
        ("GRADUATED", FALLING, {}, "11", "21"),
        ("GRADUATED", FALLING, {}, "20", "30"),
        ("GRADUATED", FALLING, {}, "21", "30.50"),
        ("GRADUATED", FALLING, {}, "-3", "-6"),
        # 10 * 2 + 20 * 1: above the last end the last tier goes on.
        ("GRADUATED", CLOSED, {}, "30", "40"),
        # The first flat amount without any usage: 5; 5 - 3 * 2.
        ("GRADUATED", FLATS, {}, "0", "5"),
        ("GRADUATED", FLATS, {}, "-3", "-1"),
        # 20 + 5; 20 + 1 + 5 + 7; 20 + 10 + 12; 30 + 0 + 112.
        ("GRADUATED", FLATS, {}, "10", "25"),
        ("GRADUATED", FLATS, {}, "11", "33"),
        ("GRADUATED", FLATS, {}, "20", "42"),
        ("GRADUATED", FLATS, {}, "21", "142"),
        # One step past an end owes its flat amount: 25 + 7 + a trillionth.
        ("GRADUATED", FLATS, {}, "10.000000000001", "32"),
        # Of 5, 15, 16 and 3 so much is charged: 0, 10, 11, 0; 20 + 1. Below zero nothing is free.
        ("GRADUATED", FALLING, FREE_5, "5", "0"),
        ("GRADUATED", FALLING, FREE_5, "15", "20"),
        ("GRADUATED", FALLING, FREE_5, "16", "21"),
        ("GRADUATED", FALLING, FREE_5, "3", "0"),
        ("GRADUATED", FALLING, FREE_5, "-3", "-6"),
        # A negative price is a credit: -2 * 4; 10 * -2 + 5 * 1.
        ("GRADUATED", (("10", "-2", None), (None, "1", None)), {}, "4", "-8"),
        ("GRADUATED", (("10", "-2", None), (None, "1", None)), {}, "15", "-15"),
        # A flat amount alone, or a price alone.
        ("GRADUATED", (("10", None, "9"), (None, "1", None)), {}, "7", "9"),
        ("GRADUATED", (("10", None, "9"), (None, "1", None)), {}, "12", "11"),
        # A tier's end with decimals: 2.5 * 2 + 0.5 * 1.
        ("GRADUATED", (("2.5", "2", None), (None, "1", None)), {}, "3", "5.50"),
        # All at the price of the tier in which the total lies: 2.5 * 2; 10 * 2; 11 * 1; 21 * 0.5.
        ("VOLUME", FALLING, {}, "0", "0"),
        ("VOLUME", FALLING, {}, "2.5", "5"),
        ("VOLUME", FALLING, {}, "10", "20"),
        ("VOLUME", FALLING, {}, "11", "11"),
        ("VOLUME", FALLING, {}, "20", "20"),
        ("VOLUME", FALLING, {}, "21", "10.50"),
        ("VOLUME", FALLING, {}, "-3", "-6"),
        # 30 * 1 above the last end.
        ("VOLUME", CLOSED, {}, "30", "30"),
        # 5; 20 + 5; 11 + 7; 21 * 0 + 100; -6 + 5.
        ("VOLUME", FLATS, {}, "0", "5"),
        ("VOLUME", FLATS, {}, "10", "25"),
        ("VOLUME", FLATS, {}, "11", "18"),
        ("VOLUME", FLATS, {}, "21", "100"),
        ("VOLUME", FLATS, {}, "-3", "-1"),
        # 15 - 5 = 10 is in the first tier, 16 - 5 = 11 in the second.
        ("VOLUME", FALLING, FREE_5, "15", "20"),
        ("VOLUME", FALLING, FREE_5, "16", "11"),
        # Packages of a thousand at 10, begun ones whole: 0, 1, 1, 2.
        ("PACKAGE", (), THOUSANDS, "0", "0"),
        ("PACKAGE", (), THOUSANDS, "0.5", "10"),
        ("PACKAGE", (), THOUSANDS, "1000", "10"),
        ("PACKAGE", (), THOUSANDS, "1001", "20"),
        ("PACKAGE", (), THOUSANDS, "1000.000000000001", "20"),
        # Up, also below zero: -0.001 is 0, -1 is -1, -1.001 is -1.
        ("PACKAGE", (), THOUSANDS, "-1", "0"),
        ("PACKAGE", (), THOUSANDS, "-1000", "-10"),
        ("PACKAGE", (), THOUSANDS, "-1001", "-10"),
        # 2000 and 2001 with 1000 free: 1 package and 2.
        ("PACKAGE", (), {**THOUSANDS, "free_quantity": "1000"}, "2000", "10"),
        ("PACKAGE", (), {**THOUSANDS, "free_quantity": "1000"}, "2001", "20"),
        # Packages of 0.5: 1.2 are three.
        ("PACKAGE", (), {"price": "4", "package_size": "0.5"}, "1.2", "12"),
        # A price of packages is not divided: 2 * 10. Nor has it tiers.
        ("PACKAGE", (), {**THOUSANDS, "price_per": "1000"}, "1001", "20"),
        ("PACKAGE", FALLING, THOUSANDS, "1001", "20"),
        # 2.9 % of 100 + 0.30; 29 + 0.30; 29.30 + 0.015 is 29.315; 29.30 + 15; -2.90 + 0.30.
        ("GRADUATED_PERCENTAGE", PERCENTS, {}, "0", "0.30"),
        ("GRADUATED_PERCENTAGE", PERCENTS, {}, "100", "3.20"),
        ("GRADUATED_PERCENTAGE", PERCENTS, {}, "1000", "29.30"),
        ("GRADUATED_PERCENTAGE", PERCENTS, {}, "1001", "29.32"),
        ("GRADUATED_PERCENTAGE", PERCENTS, {}, "2000", "44.30"),
        ("GRADUATED_PERCENTAGE", PERCENTS, {}, "-100", "-2.60"),
        # 1100 with 1000 free: as 100. A percent is not for units.
        ("GRADUATED_PERCENTAGE", PERCENTS, {"free_quantity": "1000"}, "1100", "3.20"),
        ("GRADUATED_PERCENTAGE", PERCENTS, {"price_per": "1000"}, "2000", "44.30"),
        # 0.01875 * 123456789 / 1000000 = 2.31481479375.
        ("FLAT", (), {"price": "0.01875", "price_per": "1000000"}, "123456789", "2.31"),
        ("FLAT", (), {"price": "0.01875", "price_per": "1e6"}, "-123456789", "-2.31"),
        # 10 for three: 3.333; 10; 13.333. Nothing is rounded up to three.
        (None, (), {"price": "10", "price_per": "3"}, "1", "3.33"),
        (None, (), {"price": "10", "price_per": "3"}, "3", "10"),
        (None, (), {"price": "10", "price_per": "3"}, "4", "13.33"),
        # (4 - 1) * 10 / 3.
        (None, (), {"price": "10", "price_per": "3", "free_quantity": "1"}, "4", "10"),
        # 10000 * 2 / 1000 = 20; + 5000 * 1 / 1000. The flat amount is not divided: 20 + 5.
        (
            "GRADUATED",
            (("10000", "2", None), (None, "1", None)),
            {"price_per": "1000"},
            "1e4",
            "20",
        ),
        (
            "GRADUATED",
            (("10000", "2", None), (None, "1", None)),
            {"price_per": "1000"},
            "15000",
            "25",
        ),
        (
            "GRADUATED",
            (("10000", "2", "5"), (None, "1", None)),
            {"price_per": "1000"},
            "10000",
            "25",
        ),
        # 15000 * 1 / 1000 + 3.
        ("VOLUME", (("10000", "2", "5"), (None, "1", "3")), {"price_per": "1000"}, "15000", "18"),
    ],
)
def test_usage(
    model: str | None,
    rows: tuple[TierCells, ...],
    cells: dict[str, str],
    quantity: str,
    expected: str,
) -> None:
    """A month with one event."""
    assert january(use(sold(model, *rows, **cells), quantity)) == decimals(expected)


def test_usage_of_nothing() -> None:
    """Without any event a tier's flat amount is owed all the same, and a line is there."""
    assert january(sold("GRADUATED", *FLATS)) == decimals("5")
    assert january(sold("VOLUME", *FLATS)) == decimals("5")
    assert january(sold("PACKAGE", **THOUSANDS)) == decimals("0")


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    # 15: 20 + 5 + 5 + 7; LATEST is 4: 8 + 5; two different ones: 4 + 5; three: 6 + 5; 23: 142.
    [("MAX", "37"), ("LATEST", "13"), ("UNIQUE_COUNT", "9"), ("COUNT", "11"), ("SUM", "142")],
)
def test_aggregations(aggregation: str, expected: str) -> None:
    """Of 4, 15 and 4, whichever way they add up."""
    inputs = use(sold("GRADUATED", *FLATS), "4", "15", "4")
    inputs["products"][0]["aggregation"] = aggregation
    assert january(inputs) == decimals(expected)


def test_one_value_of_an_amended_period() -> None:
    """MAX is one line, of the last span: 15 of both spans, with the flat amount: 15 + 7."""
    inputs = amend(use(sold("VOLUME", *FLATS), "15", "4"))
    inputs["products"][0]["aggregation"] = "MAX"
    assert january(inputs) == decimals("22")


def test_level() -> None:
    """20 for half of January is 10 on average, 20 for all of February in the second tier."""
    inputs = sold("GRADUATED", *FALLING)
    inputs["products"][0]["aggregation"] = "WEIGHTED_SUM"
    inputs["usage_events"] = [event("1", "2024-01-16T12:00:00Z", n=20)]
    assert amounts(run("2024-02-15T00:00:00Z", inputs)) == decimals("20", "30")


# Several spans of one period


@pytest.mark.parametrize(
    ("model", "rows", "cells", "quantities", "expected"),
    [
        # 800; 200 * 1 + 600 * 0.50.
        ("GRADUATED", WORKED, {}, ("800", "800"), ("800", "500")),
        # 5 * 2 + 5; then 5 * 2 + 5 * 1 + 7: the first flat amount is owed once.
        ("GRADUATED", FLATS, {}, ("5", "10"), ("15", "22")),
        # A correction gives back the tier: 20 + 5 + 12 = 37, then 15 - 37.
        ("GRADUATED", FLATS, {}, ("15", "-10"), ("37", "-22")),
        # Up to the end of a tier exactly, and one more: 25; 1 + 7.
        ("GRADUATED", FLATS, {}, ("10", "1"), ("25", "8")),
        # Nothing before: 5, then 11 units: 20 + 1 + 7.
        ("GRADUATED", FLATS, {}, ("0", "11"), ("5", "28")),
        # Free units are free once: 4 of 5; 12 - 5 = 7 are charged.
        ("GRADUATED", FALLING, FREE_5, ("4", "8"), ("0", "14")),
        # 5 - 5 * 2 below zero, then back to 5: -5, and 10 + 5 - -5.
        ("GRADUATED", FLATS, {}, ("-5", "10"), ("-5", "20")),
        # 1600 in the second tier: 800 * 0.50 twice.
        ("VOLUME", WORKED, {}, ("800", "800"), ("400", "400")),
        # 1000 in the first tier, 1001 in the second.
        ("VOLUME", WORKED, {}, ("500", "500"), ("500", "500")),
        ("VOLUME", WORKED, {}, ("500", "501"), ("250", "250.50")),
        # 15 in the second tier: 5 + 7 on the first span; 10.
        ("VOLUME", FLATS, {}, ("5", "10"), ("12", "10")),
        # 15 - 10 = 5 in the first tier: 30 + 5; -20.
        ("VOLUME", FLATS, {}, ("15", "-10"), ("35", "-20")),
        # 20 - 5 = 15 in the second tier, 5 and 10 of them.
        ("VOLUME", FALLING, FREE_5, ("10", "10"), ("5", "10")),
        # One package, begun before and full after.
        ("PACKAGE", (), THOUSANDS, ("500", "500"), ("10", "0")),
        ("PACKAGE", (), THOUSANDS, ("500", "501"), ("10", "10")),
        # Two begun, one of them given back: 1.5 is 2, 0.9 is 1.
        ("PACKAGE", (), THOUSANDS, ("1500", "-600"), ("20", "-10")),
        # 2.9 % of 800 + 0.30; 2.9 % of 200 + 1.5 % of 600.
        ("GRADUATED_PERCENTAGE", PERCENTS, {}, ("800", "800"), ("23.50", "14.80")),
        # 10 * 1 / 3 twice.
        (None, (), {"price": "10", "price_per": "3"}, ("1", "1"), ("3.33", "3.33")),
    ],
)
def test_amended_period(
    model: str | None,
    rows: tuple[TierCells, ...],
    cells: dict[str, str],
    quantities: tuple[str, ...],
    expected: tuple[str, ...],
) -> None:
    """Quantities go on through an amendment that leaves the price alone."""
    inputs = amend(use(sold(model, *rows, **cells), *quantities))
    assert january(inputs) == decimals(*expected)


@pytest.mark.parametrize(
    ("rows", "cells", "expected"),
    [
        # From 15 to 25 at 3 each.
        ((), {"price": "3"}, "30"),
        # The first 20 at 4, then 1: 80 + 5 - 60.
        ((("20", "4", None), (None, "1", None)), {"charge_model": "GRADUATED"}, "25"),
        # All of them at 1, for 25 are more than 20; its flat amount is not on the first span.
        ((("20", "4", "9"), (None, "1", "7")), {"charge_model": "VOLUME"}, "10"),
        # 15 have begun 2 packages, 25 have begun 3.
        ((), {"charge_model": "PACKAGE", "price": "10", "package_size": "10"}, "10"),
        # 2 % up to 20, then 1 %: 0.40 + 0.05 - 0.30.
        ((("20", "2", "9"), (None, "1", None)), {"charge_model": "GRADUATED_PERCENTAGE"}, "0.15"),
        # Its own free quantity: 25 - 20 = 5 are charged, before none: 10.
        ((), {"free_quantity": "20"}, "10"),
        # 10 of them at 9 per 3.
        ((), {"price": "9", "price_per": "3"}, "30"),
        # The list price's tiers, per 10: (20 + 10 + 2.5 - 25) / 10.
        ((), {"price_per": "10"}, "0.75"),
    ],
)
def test_override_inside_a_period(
    rows: tuple[TierCells, ...], cells: dict[str, str], expected: str
) -> None:
    """15 before it at the list price, 20 + 5; 10 more at its own terms."""
    inputs = overridden(use(sold("GRADUATED", *FALLING), "15", "10"), *rows, **cells)
    assert january(inputs) == decimals("25", expected)


def test_override_and_back() -> None:
    """8 * 2; from 8 to 16 at 4; from 16 to 24 again: 20 + 10 + 2 - 26."""
    inputs = use(sold("GRADUATED", *FALLING), "8", "8", "8")
    inputs["contract_prices"] = [
        override("o", started_at="2024-01-10", ended_at="2024-01-20", charge_model="GRADUATED")
    ]
    inputs["price_tiers"] += tiers("o", ("20", "4", None), column="contract_price_uid")
    assert january(inputs) == decimals("16", "32", "6")


def test_volume_after_a_flat_price() -> None:
    """VOLUME first: its tier by the whole month's 15, with its flat amount; then 3 each."""
    inputs = overridden(use(sold("VOLUME", *FLATS), "5", "10"), price="3")
    # 5 * 1 + 7; 10 * 3.
    assert january(inputs) == decimals("12", "30")


def test_months_are_apart() -> None:
    """Tiers begin anew: 15 in January, 15 in February: 20 + 5 twice."""
    inputs = use(sold("GRADUATED", *FALLING), "15")
    inputs["usage_events"].append(event("x", "2024-02-03", n="15"))
    assert amounts(run("2024-02-15T00:00:00Z", inputs)) == decimals("25", "25")


# Limits, discounts, currencies


@pytest.mark.parametrize(
    ("model", "cells", "quantities", "expected"),
    [
        # 20 + 10 + 0.50 capped; 15 owe 25.
        ("GRADUATED", {"maximum_amount": "25"}, ("21",), ("25",)),
        ("GRADUATED", {"maximum_amount": "25"}, ("15",), ("25",)),
        # 25, and what lacks to 50.
        ("GRADUATED", {"minimum_amount": "50"}, ("15",), ("25", "25")),
        # 16, then 4 + 6 = 10 of which 4 are below the maximum.
        ("GRADUATED", {"maximum_amount": "20"}, ("8", "8"), ("16", "4")),
        # 11 * 1, and 7.50 more.
        ("VOLUME", {"minimum_amount": "18.50"}, ("11",), ("11", "7.50")),
        # -6 is 36 below.
        ("VOLUME", {"minimum_amount": "30"}, ("-3",), ("-6", "36")),
        ("PACKAGE", {**THOUSANDS, "maximum_amount": "15"}, ("1001",), ("15",)),
        ("PACKAGE", {**THOUSANDS, "minimum_amount": "15"}, ("1",), ("10", "5")),
    ],
)
def test_minimum_and_maximum(
    model: str, cells: dict[str, str], quantities: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """They hold for the amount of the model."""
    inputs = use(sold(model, *FALLING, **cells), *quantities)
    if len(quantities) > 1:
        amend(inputs)
    assert january(inputs) == decimals(*expected)


@pytest.mark.parametrize(
    ("cells", "expected"),
    # 30.50 * 0.9; 30.50 - 5; 30.50 * 0.9 - 30 below zero is none.
    [
        ({"discount_percent": "10"}, "27.45"),
        ({"discount_amount": "5"}, "25.50"),
        ({"discount_percent": "10", "discount_amount": "30"}, "0"),
    ],
)
def test_discounts(cells: dict[str, str], expected: str) -> None:
    """Of 21 units: 20 + 10 + 0.50."""
    inputs = use(sold("GRADUATED", *FALLING), "21")
    inputs["contract_prices"] = [override("o", **cells)]
    marts = run(IN_JANUARY, inputs)
    assert amounts(marts) == decimals(expected)
    # What it owes in its tiers is before discounts.
    assert sum(row["tier_amount"] for row in marts["line_item_tiers"]) == Fraction("30.5")


@pytest.mark.parametrize(
    ("currency", "inputs", "quantity", "expected"),
    [
        # 30.50 in whole yen; 29.315 in thousandths of a dinar, and its hundredths here.
        ("JPY", sold("GRADUATED", *FALLING), "21", "31"),
        ("JPY", sold("VOLUME", *FALLING), "21", "11"),
        ("JPY", sold("PACKAGE", price="0.5", package_size="10"), "21", "2"),
        ("KWD", sold("GRADUATED_PERCENTAGE", *PERCENTS), "1001", "29.315"),
        ("KWD", sold(None, price="0.01875", price_per="1000000"), "123456789", "2.315"),
        ("KWD", sold("GRADUATED", (None, "0.0005", None)), "-1", "-0.001"),
    ],
)
def test_currencies(currency: str, inputs: Inputs, quantity: str, expected: str) -> None:
    """One rounding, half away from zero, to what the currency has: 1.5 yen are 2."""
    inputs["pricebooks"][0]["currency"] = currency
    assert january(use(inputs, quantity)) == decimals(expected)


def test_one_rounding() -> None:
    """The tiers of a line are not rounded by themselves."""
    rows = (("1", "1", "0.004"), ("2", "1", "0.004"), (None, "1", "0.004"))
    # 3 * 0.333... + 3 * 0.004 = 1.012; tier by tier it would be 3 * 0.34 = 1.02.
    assert january(use(sold("GRADUATED", *rows, price_per="3"), "3")) == decimals("1.01")


# Fees


@pytest.mark.parametrize(
    ("model", "rows", "cells", "quantity", "expected"),
    [
        # 5 * 10 + 2 * 8 + 3; up to the end; one above; none; fewer than none; half a seat more.
        ("GRADUATED", SEATS, {}, "7", "69"),
        ("GRADUATED", SEATS, {}, "5", "50"),
        ("GRADUATED", SEATS, {}, "6", "61"),
        ("GRADUATED", SEATS, {}, "0", "0"),
        ("GRADUATED", SEATS, {}, "-2", "-20"),
        ("GRADUATED", SEATS, {}, "5.5", "57"),
        # The first tier's flat amount without a seat.
        ("GRADUATED", FLATS, {}, "0", "5"),
        # 7 * 8 + 3; 5 * 10.
        ("VOLUME", SEATS, {}, "7", "59"),
        ("VOLUME", SEATS, {}, "5", "50"),
        ("VOLUME", SEATS, {}, "-2", "-20"),
        # Free quantities are not for fees.
        ("VOLUME", SEATS, FREE_5, "7", "59"),
        ("GRADUATED", SEATS, FREE_5, "7", "69"),
        # 7 are two packages, 5 are one, -7 are -1.
        ("PACKAGE", (), FIVES, "7", "20"),
        ("PACKAGE", (), FIVES, "5", "10"),
        ("PACKAGE", (), FIVES, "-7", "-10"),
        ("PACKAGE", (), {**FIVES, "free_quantity": "5"}, "7", "20"),
        # 29.30 + 15.
        ("GRADUATED_PERCENTAGE", PERCENTS, {}, "2000", "44.30"),
        # 7 * 10 / 3.
        ("FLAT", (), {"price": "10", "price_per": "3"}, "7", "23.33"),
        # 12 months and 3 months of it: 69 * 12; 20 * 3. Flat amounts and packages as all else.
        ("GRADUATED", SEATS, {"price_months": "1", "invoice_schedule": "12"}, "7", "828"),
        ("PACKAGE", (), {**FIVES, "price_months": "1", "invoice_schedule": "3"}, "7", "60"),
        # 5 seats at 10 a month, by the year.
        ("FLAT", (), {"price": "10", "price_months": "1", "invoice_schedule": "12"}, "5", "600"),
        # 120 a year, by the month; 100 for three months, by the month.
        ("FLAT", (), {"price": "120", "price_months": "12"}, "1", "10"),
        ("FLAT", (), {"price": "100", "price_months": "3"}, "1", "33.33"),
        # (7 * 8 + 3) * 1 / 12 = 4.91666...
        ("VOLUME", SEATS, {"price_months": "12"}, "7", "4.92"),
        # 29.30 + 15 by the quarter, of a price for a year: 44.30 * 3 / 12 = 11.075.
        (
            *("GRADUATED_PERCENTAGE", PERCENTS),
            *({"price_months": "12", "invoice_schedule": "3"}, "2000", "11.08"),
        ),
        # 9 per 3 units and 12 months, 7 units, by the month: 9 * 7 / 3 / 12.
        ("FLAT", (), {"price": "9", "price_per": "3", "price_months": "12"}, "7", "1.75"),
    ],
)
def test_fees(
    model: str, rows: tuple[TierCells, ...], cells: dict[str, str], quantity: str, expected: str
) -> None:
    """A whole period of a fee."""
    assert january(fee(model, *rows, quantity=quantity, **cells)) == decimals(expected)


def test_fees_of_some_days() -> None:
    """Of 69 for 16 of 31 days 35.6129 are owed, of 59 so 30.4516, of 20 so 10.3226."""
    start = {"started_at": "2024-01-16"}
    for inputs, expected in (
        (fee("GRADUATED", *SEATS, quantity="7"), "35.61"),
        (fee("VOLUME", *SEATS, quantity="7"), "30.45"),
        (fee("PACKAGE", quantity="7", **FIVES), "10.32"),
    ):
        inputs["contracts"][0].update(start)
        assert january(inputs) == decimals(expected)
    cells = {"price": "10", "price_months": "1", "invoice_schedule": "12"}
    inputs = fee("FLAT", quantity="5", **cells)
    inputs["contracts"][0]["started_at"] = "2024-07-01"
    # 600 * 184 / 365 = 302.4657.
    assert amounts(run("2024-12-31T00:00:00Z", inputs)) == decimals("302.47")


def test_fee_amended_mid_month() -> None:
    """69 for 9 and 22 of 31 days: 20.0323 and 48.9677; without proration once."""
    assert january(amend(fee("GRADUATED", *SEATS, quantity="7"))) == decimals("20.03", "48.97")
    inputs = amend(fee("GRADUATED", *SEATS, quantity="7", prorate="false"))
    assert january(inputs) == decimals("69")


def test_fee_overridden_mid_month() -> None:
    """69 for 9 of 31 days, then 3 packages' worth for 22: 30 * 22 / 31 = 21.2903."""
    inputs = fee("GRADUATED", *SEATS, quantity="7")
    cells = {"charge_model": "PACKAGE", "price": "10", "package_size": "3"}
    assert january(overridden(inputs, **cells)) == decimals("20.03", "21.29")


def test_one_time_fees() -> None:
    """69, 59 and 20 once, whatever the months."""
    once = {"invoice_delivery": "ONE_TIME"}
    for inputs, expected in (
        (fee("GRADUATED", *SEATS, quantity="7", **once), "69"),
        (fee("VOLUME", *SEATS, quantity="7", **once), "59"),
        (fee("PACKAGE", quantity="7", **FIVES, **once), "20"),
        (fee("FLAT", quantity="7", price="10", price_per="3", **once), "23.33"),
    ):
        marts = run("2024-06-01T00:00:00Z", inputs)
        assert amounts(marts) == decimals(expected)


def test_price_months_of_an_override() -> None:
    """12 a year of the list price: 1 a month; 24 over it is a year's, too: 2; or says otherwise."""
    inputs = fee("FLAT", price="12", price_months="12")
    inputs["contract_prices"] = [override("o", price="24", started_at="2024-02-01")]
    assert amounts(run("2024-02-15T00:00:00Z", inputs)) == decimals("1", "2")
    inputs["contract_prices"][0]["price_months"] = "3"
    # 24 for three months are 8 a month.
    assert amounts(run("2024-02-15T00:00:00Z", inputs)) == decimals("1", "8")


def test_price_per_of_an_override() -> None:
    """Over a price per 1000000 an override is per 1000000, unless it says 1: 0.015 * 2000000."""
    inputs = use(sold(None, price="0.02", price_per="1000000"), "2000000")
    inputs["contract_prices"] = [override("o", price="0.015")]
    assert january(inputs) == decimals("0.03")
    inputs["contract_prices"][0]["price_per"] = "1"
    assert january(inputs) == decimals("30000")


# Renewals


def renewed(inputs: Inputs, uplift: str = "10", until: str = "2024-03-15T00:00:00Z") -> Marts:
    """Return the marts of a contract of January that renews itself every month."""
    cells = {"ended_at": "2024-02-01", "auto_renew": "true", "renewal_uplift_percent": uplift}
    inputs["contracts"][0].update(cells)
    return run(until, inputs)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        # 5 * 11 + 2 * 8.80 + 3.30; 5 * 12.10 + 2 * 9.68 + 3.63.
        (fee("GRADUATED", *SEATS, quantity="7"), ("69", "75.90", "83.49")),
        # 7 * 8.80 + 3.30; 7 * 9.68 + 3.63.
        (fee("VOLUME", *SEATS, quantity="7"), ("59", "64.90", "71.39")),
        # Two packages at 10, 11 and 12.10.
        (fee("PACKAGE", quantity="7", **FIVES), ("20", "22", "24.20")),
        # Percents stay, flat amounts do not: 20 + 5; 20 + 5.50; 20 + 6.05.
        (fee("GRADUATED_PERCENTAGE", (None, "2", "5"), quantity="1000"), ("25", "25.50", "26.05")),
        # 7 * 10 / 3; 7 * 11 / 3; 7 * 12.10 / 3.
        (fee("FLAT", quantity="7", price="10", price_per="3"), ("23.33", "25.67", "28.23")),
        # A twelfth of 120, 132 and 145.20.
        (fee("FLAT", price="120", price_months="12"), ("10", "11", "12.10")),
        # 0.1234567891 * 1.1 = 0.13580246801, rounded to 0.1358024680, and * 1.21 to 0.1493827148.
        (
            fee("GRADUATED", (None, "0.1234567891", None), quantity="1000000000"),
            ("123456789.10", "135802468", "149382714.80"),
        ),
    ],
)
def test_uplift(inputs: Inputs, expected: tuple[str, ...]) -> None:
    """10 % more each month; each price and flat amount is rounded once, to 10 decimals."""
    marts = renewed(inputs)
    assert amounts(marts) == decimals(*expected)
    assert reasons(marts) == []


def test_uplift_out_of_range() -> None:
    """99999999 * 1.1, and 99999999 * 1.1: too much for a price, and for a flat amount."""
    for rows in ((None, "99999999", None), (None, None, "99999999")):
        marts = renewed(fee("GRADUATED", rows, quantity="1"), until="2024-02-15T00:00:00Z")
        assert [line["effective_at"].month for line in marts["line_items"]] == [1]
        assert reasons(marts) == [("l1", "OUT_OF_RANGE")]
    # A percent stays what it is: 1 % of 1.
    marts = renewed(fee("GRADUATED_PERCENTAGE", (None, "99999999", None), quantity="0.000001"))
    assert (amounts(marts), reasons(marts)) == (decimals("1", "1", "1"), [])


# Recurring revenue


@pytest.mark.parametrize(
    ("inputs", "mrr", "arr"),
    [
        (fee("FLAT", quantity="5", price="10", price_months="1", invoice_schedule="12"), 50, 600),
        (fee("FLAT", price="120", price_months="12"), 10, 120),
        (fee("GRADUATED", *SEATS, quantity="7"), 69, 828),
        # 69 by the quarter are 23 a month; of a price for a month 69.
        (fee("GRADUATED", *SEATS, quantity="7", invoice_schedule="3"), 23, 276),
        (fee("GRADUATED", *SEATS, quantity="7", invoice_schedule="3", price_months="1"), 69, 828),
        (fee("VOLUME", *SEATS, quantity="7", invoice_schedule="12"), Decimal("4.92"), 59),
        (fee("PACKAGE", quantity="7", **FIVES), 20, 240),
        (fee("GRADUATED_PERCENTAGE", *PERCENTS, quantity="2000"), Decimal("44.30"), 531.6),
    ],
)
def test_recurring_revenue(inputs: Inputs, mrr: object, arr: float) -> None:
    """The whole fee by the months of its schedule."""
    (row,) = run(IN_JANUARY, inputs)["contract_mrr"]
    assert (row["mrr"], float(row["arr"])) == (mrr, arr)


# Tiers of lines


def shown(marts: Marts) -> list[tuple[object, ...]]:
    """Return number, bounds, quantity, price, flat amount and amount of tiers of lines."""
    columns = ("tier_number", "from_quantity", "up_to", "quantity", "unit_price", "flat_amount")
    rows = sorted(
        marts["line_item_tiers"], key=lambda row: (str(row["line_item_id"]), row["tier_number"])
    )
    assert all(isinstance(row["tier_amount"], Fraction) for row in rows)
    return [
        tuple(None if row[each] is None else float(row[each]) for each in (*columns, "tier_amount"))
        for row in rows
    ]


def test_tiers_of_a_line() -> None:
    """21 units: 10 * 2 + 5; 10 * 1 + 7; 1 * 0 + 100."""
    assert shown(run(IN_JANUARY, use(sold("GRADUATED", *FLATS), "21"))) == [
        (1, 0, 10, 10, 2, 5, 25),
        (2, 10, 20, 10, 1, 7, 17),
        (3, 20, None, 1, 0, 100, 100),
    ]
    # All in one: 21 * 0 + 100.
    assert shown(run(IN_JANUARY, use(sold("VOLUME", *FLATS), "21"))) == [
        (3, 20, None, 21, 0, 100, 100)
    ]
    # 1000 at 2.9 %, with 0.30; 1000 at 1.5 %.
    assert shown(run(IN_JANUARY, use(sold("GRADUATED_PERCENTAGE", *PERCENTS), "2000"))) == [
        (1, 0, 1000, 1000, 2.9, 0.3, 29.3),
        (2, 1000, None, 1000, 1.5, 0, 15),
    ]


def test_tiers_of_amended_lines() -> None:
    """5 in the first; 5 more there, and 5 in the second with its flat amount."""
    marts = run(IN_JANUARY, amend(use(sold("GRADUATED", *FLATS), "5", "10")))
    assert shown(marts) == [
        (1, 0, 10, 5, 2, 5, 15),
        (1, 0, 10, 5, 2, 0, 10),
        (2, 10, 20, 5, 1, 7, 12),
    ]
    # A correction gives back 5 of each, and the flat amount.
    marts = run(IN_JANUARY, amend(use(sold("GRADUATED", *FLATS), "15", "-10")))
    assert shown(marts)[2:] == [(1, 0, 10, -5, 2, 0, -10), (2, 10, 20, -5, 1, -7, -12)]


def test_tiers_of_lines_without_any() -> None:
    """A line without quantity and flat amount has its first tier; of VOLUME the first one, too."""
    empty = [(1, 0, 10, 0, 2, 0, 0)]
    assert shown(run(IN_JANUARY, sold("GRADUATED", *FALLING))) == empty
    marts = run(IN_JANUARY, amend(use(sold("VOLUME", *FALLING), "11")))
    assert shown(marts) == [(2, 10, 20, 11, 1, 0, 11), *empty]
    # Nor do other models have tiers.
    assert shown(run(IN_JANUARY, use(sold("PACKAGE", *FALLING, **THOUSANDS), "5"))) == []
    assert shown(run(IN_JANUARY, use(sold("FLAT", *FALLING, price="1"), "5"))) == []


def test_tiers_of_fees() -> None:
    """Before proration and months: 5 * 10; 2 * 8 + 3. Free units count: 12 - 5 = 7."""
    seats = [(1, 0, 5, 5, 10, 0, 50), (2, 5, None, 2, 8, 3, 19)]
    inputs = fee("GRADUATED", *SEATS, quantity="7", price_months="12")
    inputs["contracts"][0]["started_at"] = "2024-01-16"
    assert shown(run(IN_JANUARY, inputs)) == seats
    once = fee("GRADUATED", *SEATS, quantity="7", invoice_delivery="ONE_TIME")
    assert shown(run(IN_JANUARY, once)) == seats
    assert shown(run(IN_JANUARY, use(sold("GRADUATED", *SEATS, **FREE_5), "12"))) == seats
    # A true-up has no tiers.
    inputs = fee("GRADUATED", *SEATS, quantity="7", minimum_amount="100")
    assert shown(run(IN_JANUARY, inputs)) == seats
    # 5000 * 2 / 1000 + 5.
    inputs = use(sold("GRADUATED", ("10000", "2", "5"), price_per="1000"), "5000")
    assert shown(run(IN_JANUARY, inputs)) == [(1, 0, 10000, 5000, 2, 5, 15)]


# What a price shows, and where it comes from


def test_price_of_lines() -> None:
    """That of FLAT and PACKAGE; tiers have their own, and what stands in `price` is not theirs."""
    for model, price, expected in (
        *(("FLAT", "7", 7), ("PACKAGE", "7", 7)),
        *((model, each, None) for model in TIERED for each in (None, "7", "100000000")),
    ):
        inputs = use(sold(model, *FALLING, price=price, package_size="10"), "1")
        marts = run(IN_JANUARY, inputs)
        (line,), prices = marts["line_items"], marts["prices"]
        assert (line["price"], line["charge_model"]) == (expected, model)
        assert {row["price"] for row in prices} == {expected}
        assert reasons(marts) == []


def test_group_and_what_is_outside() -> None:
    """An override has tiers of its own, never the list price's; but the list price's price_per."""
    inputs = use(sold("GRADUATED", *FALLING, price_per="10"), "15")
    inputs["contract_prices"] = [override("o", charge_model="GRADUATED")]
    marts = run(IN_JANUARY, inputs)
    assert (amounts(marts), reasons(marts)) == ([], [("o", "NO_PRICE")])
    inputs["price_tiers"] += tiers("o", (None, "4", None), column="contract_price_uid")
    # 15 * 4 / 10.
    marts = run(IN_JANUARY, inputs)
    assert (amounts(marts), reasons(marts)) == (decimals("6"), [])
    (price,) = marts["prices"]
    assert price["charge_model_source"] == "contract_price"
    assert (price["price_per"], price["price_per_source"]) == (10, "list_price")
    assert (price["price_months"], price["price_months_source"]) == (None, "default")


def test_discount_alone_leaves_the_tiers() -> None:
    """An override that says nothing of the price: 21 units at 30.50, half of it."""
    inputs = use(sold("GRADUATED", *FALLING), "21")
    inputs["contract_prices"] = [override("o", discount_percent="50")]
    assert january(inputs) == decimals("15.25")


def test_equal_tiers_are_one_span() -> None:
    """The pricebook's next row has a price of its own: equal, or not, in what it means."""
    rows = (("10", "2", None), (None, "1", "0"))
    for again, spans in (
        (rows, 1),
        ((("10.0", "2.00", "0"), (None, "1", None)), 1),
        ((("11", "2", None), (None, "1", "0")), 2),
        ((("10", "3", None), (None, "1", "0")), 2),
        ((("10", "2", None), (None, "1", "4")), 2),
        ((("10", "2", None), ("99", "1", "0")), 2),
        ((("10", "2", None), ("99", "1", "0"), (None, "1", "0")), 2),
    ):
        inputs = sold("GRADUATED", *rows)
        inputs["pricebooks"].append({"id": "b2", "durable_id": "b", "effective_at": "2024-01-10"})
        inputs["list_prices"].append(
            {**inputs["list_prices"][0], "id": "l2", "pricebook_uid": "b2"}
        )
        inputs["price_tiers"] += tiers("l2", *again)
        assert len(run(IN_JANUARY, inputs)["price_spans"]) == spans, again


@pytest.mark.parametrize(
    ("model", "cells", "spans"),
    [
        ("PACKAGE", {"package_size": "7"}, 2),
        ("PACKAGE", {"price_per": "2"}, 2),
        ("PACKAGE", {"price_per": "1"}, 1),
        ("FLAT", {"price_per": "1000"}, 2),
        # What a model does not use is no difference.
        ("FLAT", {"package_size": "7"}, 1),
        ("FLAT", {"charge_model": "PACKAGE"}, 2),
        ("FLAT", {"price_months": "1"}, 2),
    ],
)
def test_terms_that_keep_spans_apart(model: str, cells: dict[str, str], spans: int) -> None:
    """Of a fee, in the next pricebook row."""
    inputs = fee(model, price="2", package_size="5")
    inputs["pricebooks"].append({"id": "b2", "durable_id": "b", "effective_at": "2024-01-10"})
    again = {"id": "l2", "pricebook_uid": "b2", **cells}
    inputs["list_prices"].append({**inputs["list_prices"][0], **again})
    assert len(run(IN_JANUARY, inputs)["price_spans"]) == spans


@pytest.mark.parametrize(
    ("list_price", "own", "is_above"),
    [
        # 0.02 and 0.01875 per million, both.
        ({"price": "0.01875", "price_per": "1000000"}, {"price": "0.02"}, True),
        ({"price": "0.01875", "price_per": "1000000"}, {"price": "0.01875"}, False),
        # 0.02 per 2 million is 0.01 per million.
        ({"price": "0.01875", "price_per": "1e6"}, {"price": "0.02", "price_per": "2e6"}, False),
        # 1 per 1000 million; 1 each.
        ({"price": "1"}, {"price": "5", "price_per": "1000000000"}, False),
        ({"price": "1", "price_per": "3"}, {"price": "0.4", "price_per": "1"}, True),
        # The override says for how many alone: 1 per 2 and 1 per 3.
        ({"price": "1", "price_per": "3"}, {"price_per": "2"}, True),
        # A list price for no units is none.
        ({"price": "1", "price_per": "0"}, {"price": "9", "price_per": "1"}, False),
        # Other models are not compared.
        ({"price": "1", "charge_model": "PACKAGE", "package_size": "1"}, {"price": "9"}, False),
        (
            {"price": "1"},
            {"charge_model": "PACKAGE", "price": "9", "package_size": "1"},
            False,
        ),
    ],
)
def test_price_above_list(list_price: Row, own: dict[str, str], is_above: bool) -> None:
    """By the unit."""
    inputs = sold(None, **list_price)
    inputs["contract_prices"] = [override("o", **own)]
    expected = [("o", "PRICE_ABOVE_LIST")] if is_above else []
    assert reasons(run(IN_JANUARY, inputs)) == expected


def test_tiers_above_list() -> None:
    """Nobody says what a unit of them costs."""
    inputs = overridden(sold(None, price="1"), (None, "9", None), charge_model="GRADUATED")
    assert reasons(run(IN_JANUARY, inputs)) == []


# What is wrong with a price


def faults(inputs: Inputs) -> set[str]:
    """Return why the list price is withheld; nothing else is reported, and nothing billed."""
    marts = run(IN_JANUARY, inputs)
    assert marts["line_items"] == marts["prices"] == marts["line_item_tiers"] == []
    assert {effect for _, effect in labels(marts)} == {"NOT_BILLED"}
    assert untrue_labels(marts) == []
    return {reason for (row_id, reason), _ in labels(marts) if row_id == "l1"}


def labels(marts: Marts) -> list[tuple[tuple[str, str], str]]:
    """Return rows and reasons with their effects."""
    return [((row["id"], row["reason"]), row["effect"]) for row in marts["pricing_exceptions"]]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        *((sold(model), {"NO_PRICE"}) for model in TIERED),
        *((sold(model, price="5"), {"NO_PRICE"}) for model in TIERED),
        (sold("GRADUATED", ("10", "1", None), (None, None, None)), {"NO_PRICE"}),
        (sold("VOLUME", ("10", None, None)), {"NO_PRICE"}),
        (sold("PACKAGE", price="5"), {"NO_PRICE"}),
        (sold("PACKAGE", package_size="5"), {"NO_PRICE"}),
        (sold("FLAT"), {"NO_PRICE"}),
        (sold("FLAT", *FALLING), {"NO_PRICE"}),
        (sold("GRADUATED", ("10", "0.12345678901", None)), {"OUT_OF_RANGE"}),
        (sold("GRADUATED", ("10", "100000000", None)), {"OUT_OF_RANGE"}),
        (sold("GRADUATED", ("10", "-1e8", None)), {"OUT_OF_RANGE"}),
        (sold("GRADUATED", ("10", None, "0.12345678901")), {"OUT_OF_RANGE"}),
        (sold("GRADUATED", ("10", None, "1000000000000")), {"OUT_OF_RANGE"}),
        (sold("GRADUATED", ("0", "1", None)), {"OUT_OF_RANGE"}),
        (sold("GRADUATED", ("-5", "1", None)), {"OUT_OF_RANGE"}),
        (sold("GRADUATED", ("1e12", "1", None)), {"OUT_OF_RANGE"}),
        (sold("GRADUATED", ("0.1234567890123", "1", None)), {"OUT_OF_RANGE"}),
        (sold("GRADUATED", ("10", "1", None), ("10.0", "2", None)), {"OUT_OF_RANGE"}),
        (sold("GRADUATED", (None, "1", None), (None, "2", None)), {"OUT_OF_RANGE"}),
        # One is wrong, and another one lacks everything.
        (sold("VOLUME", ("0", "1", None), (None, None, None)), {"NO_PRICE", "OUT_OF_RANGE"}),
        (sold("PACKAGE", price="5", package_size="0"), {"OUT_OF_RANGE"}),
        (sold("PACKAGE", price="5", package_size="-1"), {"OUT_OF_RANGE"}),
        (sold("PACKAGE", price="5", package_size="1000000000000"), {"OUT_OF_RANGE"}),
        (sold("PACKAGE", price="5", package_size="0.0000000000001"), {"OUT_OF_RANGE"}),
        (sold("PACKAGE", price="100000000", package_size="5"), {"OUT_OF_RANGE"}),
        *(
            (sold("FLAT", price="5", price_per=per), {"OUT_OF_RANGE"})
            for per in ("0", "1.5", "-3", "0.5", "1000000001")
        ),
        (sold("GRADUATED", *FALLING, price_per="0"), {"OUT_OF_RANGE"}),
        *((sold("FLAT", price="5", price_months=each), {"BAD_SCHEDULE"}) for each in ("1", "0")),
        *((fee("FLAT", price="5", price_months=each), {"BAD_SCHEDULE"}) for each in ("0", "1201")),
        (
            fee("FLAT", price="5", price_months="1", invoice_delivery="ONE_TIME"),
            {"BAD_SCHEDULE"},
        ),
        (sold("percentage", percent_rate="5"), {"UNKNOWN_CHARGE_MODEL"}),
        (sold("graduated", *FALLING), {"UNKNOWN_CHARGE_MODEL"}),
        (sold("LOTTERY", price="1"), {"UNKNOWN_CHARGE_MODEL"}),
        # Without a charge model: a price with tiers, or with a package.
        (sold(None, *FALLING), {"UNKNOWN_CHARGE_MODEL"}),
        (sold(None, *FALLING, price="1"), {"UNKNOWN_CHARGE_MODEL"}),
        (sold(None, price="1", package_size="5"), {"UNKNOWN_CHARGE_MODEL"}),
        # What cannot be read is empty besides.
        (sold("FLAT", price="5", price_per="x"), {"UNPARSABLE_CELL"}),
        (fee("FLAT", price="5", price_months="1.5"), {"UNPARSABLE_CELL"}),
        (sold("PACKAGE", price="5", package_size="x"), {"UNPARSABLE_CELL", "NO_PRICE"}),
    ],
)
def test_faults(inputs: Inputs, expected: set[str]) -> None:
    """It is withheld, and reported on the price."""
    assert faults(inputs) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("x", "1", None), set()),
        (("10", "x", "1"), set()),
        (("10", "1", "x"), set()),
        # Then it has neither.
        (("10", "x", None), {"NO_PRICE"}),
    ],
)
def test_tiers_that_cannot_be_read(row: TierCells, expected: set[str]) -> None:
    """They are reported, and withhold their price."""
    inputs = sold("GRADUATED", row)
    assert faults(inputs) == expected
    assert ("l1_0", "UNPARSABLE_CELL") in reasons(run(IN_JANUARY, inputs))


def test_numbers_at_the_edge() -> None:
    """Just in range: 12 decimals of a bound, 10 of a price, a thousand million units."""
    rows = (("0.000000000001", "99999999.9999999999", "0.0000000001"), ("999999999999", "0", None))
    marts = run(IN_JANUARY, use(sold("GRADUATED", *rows, price_per="1000000000"), "0"))
    assert (amounts(marts), reasons(marts)) == (decimals("0"), [])
    # 5 * 1 / 1200 = 0.0042.
    assert january(fee("FLAT", price="5", price_months="1200")) == decimals("0")
    # 0.000000000001 and more: 5 packages' worth of 1.
    inputs = use(sold("PACKAGE", price="1", package_size="0.000000000001"), "0.000000000005")
    assert january(inputs) == decimals("5")


def test_faults_of_an_override() -> None:
    """On the contract price, also where the list price gives the tiers; the list price waits."""
    inputs = use(sold("GRADUATED", ("0", "1", None)), "1")
    inputs["contract_prices"] = [override("o", discount_percent="10")]
    assert reasons(run(IN_JANUARY, inputs)) == [("o", "OUT_OF_RANGE")]
    inputs = overridden(use(sold("FLAT", price="1"), "1", "1"), charge_model="VOLUME")
    marts = run(IN_JANUARY, inputs)
    assert (amounts(marts), reasons(marts)) == (decimals("1"), [("o", "NO_PRICE")])


def test_tiers_that_count() -> None:
    """The highest version, those of the branch, and none that is deleted."""
    inputs = use(sold("GRADUATED", (None, "1", None)), "10")
    tier = inputs["price_tiers"][0]
    inputs["price_tiers"] += [
        {**tier, "version": "1", "unit_price": "2"},
        {**tier, "version": "2", "unit_price": "3", "branch": "dev"},
    ]
    assert january(inputs) == decimals("20")
    assert amounts(run(IN_JANUARY, inputs, branch="dev")) == decimals("30")
    inputs["price_tiers"].append({**tier, "version": "9", "is_deleted": "true"})
    # Nothing is left but the name of the model.
    assert faults(inputs) == {"NO_PRICE"}


# Quotes and orders


def offered(inputs: Inputs, *rows: TierCells, state: str = "SENT", **cells: str) -> Inputs:
    """Return a quote of January at a price of its own, with 21 units assumed."""
    quote = {"id": "q1", "durable_id": "q", "customer_id": "c1", "pricebook_id": "b"}
    term = {"started_at": "2024-01-01", "ended_at": "2024-02-01", "state": state}
    price = {"id": "o", "quote_id": "q", "list_price_id": "ld1", **cells}
    usage = {"id": "a", "quote_id": "q", "product_uid": "p1", "quantity": "21"}
    inputs["price_tiers"] += tiers("quote:o", *rows, column="contract_price_uid")
    new = {"quotes": [{**quote, **term}], "quote_prices": [price], "quote_usage": [usage]}
    return {**inputs, "contracts": [], **new}


def quoted(marts: Marts) -> list[Decimal]:
    """Return the amounts of a preview."""
    return [row["amount"] for row in marts["quote_line_items"]]


def test_quotes() -> None:
    """20 + 10 + 0.50 at list tiers; at its own ones 21 * 3; with packages of 10: 3 * 4."""
    list_tiers = offered(sold("GRADUATED", *FALLING), discount_percent="50")
    assert quoted(run(IN_JANUARY, list_tiers)) == decimals("15.25")
    own = offered(sold("GRADUATED", *FALLING), (None, "3", None), charge_model="VOLUME")
    marts = run(IN_JANUARY, own)
    assert (quoted(marts), reasons(marts)) == (decimals("63"), [])
    cells = {"charge_model": "PACKAGE", "price": "4", "package_size": "10", "price_per": "7"}
    assert quoted(run(IN_JANUARY, offered(sold("FLAT", price="1"), **cells))) == decimals("12")
    cells = {"price": "2", "price_per": "3"}
    assert quoted(run(IN_JANUARY, offered(sold("FLAT", price="1"), **cells))) == decimals("14")


def test_tiers_of_a_quote() -> None:
    """They are known and read whatever becomes of it."""
    inputs = offered(sold("FLAT", price="1"), ("x", "3", None), charge_model="VOLUME")
    found = [("quote:o_0", "UNPARSABLE_CELL")]
    assert found[0] in reasons(run(IN_JANUARY, inputs))
    inputs["quotes"][0]["state"] = "REJECTED"
    assert reasons(run(IN_JANUARY, inputs)) == found
    inputs["price_tiers"].append({"id": "t", "contract_price_uid": "quote:zz", "unit_price": "1"})
    assert reasons(run(IN_JANUARY, inputs)) == [*found, ("t", "UNKNOWN_REFERENCE")]


def test_accepted_quote() -> None:
    """Its tiers are those of the contract: 21 used at 3."""
    own = offered(
        sold("GRADUATED", *FALLING), (None, "3", None), charge_model="VOLUME", state="ACCEPTED"
    )
    marts = run(IN_JANUARY, use(own, "21"))
    assert amounts(marts) == quoted(marts) == decimals("63")
    assert len(marts["line_item_tiers"]) == 1


def test_contract_of_a_quote_with_tiers() -> None:
    """It keeps the quote if it has the same tiers."""
    for again, expected in (
        ((None, "3.0", "0"), []),
        ((None, "4", None), [("k1", "QUOTE_DIFFERS")]),
    ):
        inputs = offered(sold("FLAT", price="1"), (None, "3", None), charge_model="VOLUME")
        inputs["quotes"][0]["state"] = "ACCEPTED"
        contract = {"id": "k1", "durable_id": "k", "customer_id": "c1", "pricebook_id": "b"}
        term = {"started_at": "2024-01-01", "ended_at": "2024-02-01", "quote_id": "q"}
        inputs["contracts"] = [{**contract, **term}]
        price = {"id": "o", "contract_id": "k", "list_price_id": "ld1", "charge_model": "VOLUME"}
        inputs["contract_prices"] = [price]
        inputs["price_tiers"] += tiers("o", again, column="contract_price_uid")
        assert reasons(run(IN_JANUARY, inputs)) == expected


def limited(inputs: Inputs, floor: str | None = None) -> list[tuple[str, str]]:
    """Return what is reported if 20 % are allowed, and a floor."""
    inputs["pricebooks"][0]["maximum_discount_percent"] = "20"
    inputs["list_prices"][0]["floor_price"] = floor
    return reasons(run(IN_JANUARY, inputs))


@pytest.mark.parametrize(
    ("price", "is_reported"),
    # List: 20 + 10 + 0.50 = 30.50; 80 % of it are 24.40. 21 * 1.16 = 24.36, 21 * 1.17 = 24.57.
    [("1.16", True), ("1.17", False)],
)
def test_discount_from_list_tiers(price: str, is_reported: bool) -> None:
    """Amounts are compared, whatever the models."""
    expected = [("o", "DISCOUNT_ABOVE_LIMIT")] if is_reported else []
    assert limited(offered(sold("GRADUATED", *FALLING), price=price)) == expected
    rows = ((None, price, None),)
    inputs = offered(sold("GRADUATED", *FALLING), *rows, charge_model="VOLUME")
    assert limited(inputs) == expected


def test_discount_from_list_price_per() -> None:
    """The list price's own price_per: 7 per 3 is 49; 2 each is 42, 1.8 each 37.80 of 39.20."""
    for price, expected in (("2", []), ("1.8", [("o", "DISCOUNT_ABOVE_LIMIT")])):
        inputs = offered(sold("FLAT", price="7", price_per="3"), price=price, price_per="1")
        assert limited(inputs) == expected
    # Without one it is 1, whatever the quote says: 21, and 21 * 2.1 / 3 = 14.70.
    inputs = offered(sold("FLAT", price="1"), price="2.1", price_per="3")
    assert limited(inputs) == [("o", "DISCOUNT_ABOVE_LIMIT")]


def test_discount_from_list_price_months() -> None:
    """120 a year is 10 a month: 8 a month is allowed, 7.99 is not."""
    for price, expected in (("8", []), ("7.99", [("o", "DISCOUNT_ABOVE_LIMIT")])):
        inputs = offered(fee("FLAT", price="120", price_months="12"), price=price, price_months="1")
        assert limited(inputs) == expected


def test_flat_amounts_without_quantity() -> None:
    """Nothing is used, and 10 are owed at list; 8 are allowed, 7 are not."""
    for flat, expected in (("8", []), ("7", [("o", "DISCOUNT_ABOVE_LIMIT")])):
        rows = ((None, "1", flat),)
        inputs = offered(sold("GRADUATED", (None, "1", "10")), *rows, charge_model="GRADUATED")
        inputs["quote_usage"][0]["quantity"] = "0"
        assert limited(inputs) == expected


def test_floors() -> None:
    """For as many units as the list price: 0.02 per 1000 over a floor of 0.015 for as many."""
    for price, expected in (("0.015", []), ("0.014", [("o", "PRICE_BELOW_FLOOR")])):
        inputs = offered(sold("FLAT", price="0.015", price_per="1000"), price=price)
        assert limited(inputs, floor="0.015") == expected


def test_orders() -> None:
    """7 seats are ordered: 69."""
    inputs = fee("GRADUATED", *SEATS)
    order = {"id": "o1", "durable_id": "s", "customer_id": "c1", "pricebook_id": "b"}
    paid = {"state": "PAID", "paid_at": "2024-01-01T00:00:00Z", "ended_at": "2024-02-01"}
    item = {"id": "i1", "order_uid": "o1", "list_price_uid": "l1", "quantity": "7"}
    inputs.update(contracts=[], orders=[{**order, **paid}], order_items=[item])
    assert january(inputs) == decimals("69")


# Properties of the rates


def random_terms(rng: random.Random) -> dict[str, object]:
    """Return terms of some charge model."""
    bounds = sorted(rng.sample(range(1, 40), rng.randint(1, 4)))
    rows = [
        Tier(Decimal(bound), Decimal(rng.randint(-3, 9)), Decimal(rng.randint(-2, 9)))
        for bound in bounds
    ]
    if rng.random() < 0.5:
        rows[-1] = rows[-1]._replace(up_to=None)
    return {
        "charge_model": rng.choice(CUMULATIVE),
        "price": Decimal(rng.randint(-3, 9)),
        "package_size": Decimal(rng.randint(1, 7)),
        "price_per": Decimal(rng.choice([1, 3, 1000])),
        "free_quantity": Decimal(rng.choice([0, 0, 5])),
        "tiers": tuple(rows),
    }


def test_parts_of_a_period_add_up() -> None:
    """However it is cut, at equal terms a period owes what it owes as a whole."""
    rng = random.Random(1)
    for _ in range(500):
        terms = random_terms(rng)
        quantities = [Fraction(rng.randint(-30, 60), rng.choice([1, 2, 3])) for _ in range(4)]
        total = charged(terms, sum(quantities, Fraction(0)))
        start, passed, amount = None, Fraction(0), Fraction(0)
        for quantity in quantities:
            passed += quantity
            end = charged(terms, passed)
            amount += owed(terms, start, end, total)
            start = end
        assert amount == owed(terms, None, total, total), terms


def by_the_unit(terms: dict[str, object], quantity: int) -> Fraction:
    """Return what whole units owe, one by one, each in the first tier that reaches it."""
    amount, entered = Fraction(terms["tiers"][0].flat_amount), {0}
    for unit in range(1, quantity + 1):
        number = next(
            (n for n, tier in enumerate(terms["tiers"]) if tier.up_to and unit <= tier.up_to),
            len(terms["tiers"]) - 1,
        )
        tier = terms["tiers"][number]
        amount += Fraction(tier.unit_price) / Fraction(terms["price_per"])
        # A tier of whole bounds is never skipped by whole units.
        amount += 0 if number in entered else Fraction(tier.flat_amount)
        entered.add(number)
    return amount


def test_graduated_by_the_unit() -> None:
    """As if each unit were billed by itself."""
    rng = random.Random(2)
    for _ in range(300):
        terms = {**random_terms(rng), "charge_model": "GRADUATED"}
        quantity = rng.randint(0, 60)
        expected = by_the_unit(terms, quantity)
        assert owed(terms, None, Fraction(quantity), Fraction(quantity)) == expected


def test_slices() -> None:
    """They add up to the quantity, and lie in the tiers up to its own."""
    rng = random.Random(3)
    for _ in range(300):
        rows = random_terms(rng)["tiers"]
        quantity = Fraction(rng.randint(-20, 120), 2)
        parts = slices(rows, quantity)
        assert sum(parts) == quantity
        assert not any(parts[tier_of(rows, quantity) + 1 :])


# Random cases


def random_marts(seeds: Iterable[int]) -> Iterable[tuple[int, Marts]]:
    """Return the marts of random cases."""
    for seed in seeds:
        era = list(ERAS)[seed % len(ERAS)]
        inputs = random_case(seed, "q001_", [era], CHARGED_FEATURES)
        as_of = ERAS[era][0] + timedelta(days=random.Random(seed).randint(100, 400))
        yield seed, compute(inputs, {"as_of": f"{as_of}T00:00:00Z"})


@pytest.mark.long
def test_random_cases() -> None:
    """Labels are true, tiers of a line add up, and there is enough of everything."""
    found = defaultdict(int)
    for seed, marts in random_marts(range(150)):
        assert untrue_labels(marts) == [], f"seed {seed}"
        rows = defaultdict(list)
        for row in marts["line_item_tiers"]:
            rows[row["line_item_id"]].append(row)
        for line in marts["line_items"]:
            model, kind = line["charge_model"], line["line_type"]
            own = rows.pop(line["line_item_id"], [])
            assert bool(own) == (model in TIERED and kind != "minimum_true_up"), f"seed {seed}"
            if own and kind == "usage" and not line["is_capped"]:
                gross = line["amount_unrounded"] + line["discount_amount"]
                assert sum(row["tier_amount"] for row in own) == gross, f"seed {seed}"
            found[model, kind] += 1
            found[model, "used"] += bool(line["quantity"]) and kind == "usage"
            found[model, "negative"] += line["quantity"] < 0 and kind == "usage"
            found["several tiers"] += len(own) > 1
            found["at a bound"] += any(row["quantity"] and at_end(row) for row in own)
        assert not rows
        for row in marts["prices"]:
            found["price_per"] += row["price_per"] != 1
            found["price_months"] += row["price_months"] is not None
            found[row["charge_model"], "raised"] += row["renewal_number"] > 0
        for row in marts["quote_line_items"]:
            found[row["charge_model"], "quoted"] += 1
        for row in marts["withheld_prices"]:
            found[row["reason"]] += 1
    for model in CUMULATIVE:
        for kind in ("usage", "fixed", "one_time", "used", "negative", "raised", "quoted"):
            assert found[model, kind] > 3, (model, kind)
    for kind in ("several tiers", "at a bound", "price_per", "price_months"):
        assert found[kind] > 50, kind
    for reason in ("NO_PRICE", "OUT_OF_RANGE", "BAD_SCHEDULE", "UNKNOWN_CHARGE_MODEL"):
        assert found[reason] > 5, reason


def at_end(row: Row) -> bool:
    """Tell whether a line uses a tier from its beginning to its end."""
    return row["up_to"] is not None and row["from_quantity"] + row["quantity"] == row["up_to"]


def test_charge_models_leave_other_features_as_they_are() -> None:
    """Without them a case is as it was; with them it is another one, the same each time."""
    changed = 0
    for seed in range(20):
        plain, rich, again = (
            random_case(seed, "q001_", list(ERAS), features)
            for features in (FLAT_FEATURES, CHARGED_FEATURES, CHARGED_FEATURES)
        )
        assert rich == again
        assert not any(row["price_per"] for row in plain["list_prices"])
        changed += rich != plain
    assert changed > 15
    assert CHARGE_MODELS not in FLAT_FEATURES
