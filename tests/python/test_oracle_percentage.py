"""The oracle's PERCENTAGE prices, by hand: each event is priced by itself, then all are summed."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from oracle import compute
from oracle.cases import ERAS
from oracle.charges import Used, charged_value, event_owed
from oracle.labels import untrue_labels
from oracle.provisioned_cases import FEATURES, PERCENTAGES, random_case
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

# 2.9 % and 0.30: of 100, 10 and 1 these are 3.20, 0.59 and 0.329.
CARD = {"percent_rate": "2.9", "fixed_amount": "0.30"}
THREE = ("100", "10", "1")


def priced(*values: str, **cells: str | None) -> Inputs:
    """Return the basic inputs with a price by the event, and events on days of January."""
    terms = {"price": None, "charge_model": "PERCENTAGE", **cells}
    inputs = basic("1", "EVENT", products={"agg_property": "n"}, list_prices=terms)
    inputs["usage_events"] = [
        event(f"t{number}", f"2024-01-{number + 2:02}", n=value)
        for number, value in enumerate(values)
    ]
    return inputs


def january(inputs: Inputs) -> list[Decimal]:
    """Return the lines of January."""
    return amounts(run(IN_JANUARY, inputs))


def amend(inputs: Inputs, day: str) -> Inputs:
    """Amend the payment terms on a day."""
    amendment = {"id": "k2", "effective_at": day, "payment_terms_days": "30"}
    inputs["contracts"].append({**inputs["contracts"][0], **amendment})
    return inputs


def used(marts: Marts) -> list[tuple[float, float]]:
    """Return quantity and free quantity of the lines, in order of time."""
    lines = sorted(marts["line_items"], key=lambda line: line["effective_at"])
    return [(float(line["quantity"]), float(line["free_quantity_used"])) for line in lines]


# One span


@pytest.mark.parametrize(
    ("values", "cells", "expected"),
    [
        # 3.20 + 0.59 + 0.329 = 4.119.
        (THREE, {}, "4.12"),
        # At least 0.50 an event: 3.20 + 0.59 + 0.50.
        (THREE, {"event_minimum": "0.50"}, "4.29"),
        # At most 3 an event: 3 + 0.59 + 0.329 = 3.919.
        (THREE, {"event_maximum": "3"}, "3.92"),
        # Both: 3 + 0.59 + 0.50. A minimum above the maximum wins: 3 * 5.
        (THREE, {"event_minimum": "0.50", "event_maximum": "3"}, "4.09"),
        (THREE, {"event_minimum": "5", "event_maximum": "3"}, "15"),
        # The first is free: 0.919.
        (THREE, {"free_events": "1"}, "0.92"),
        # Two, three and none are free: 0.329; 0; 4.119. More than there are: 0.
        (THREE, {"free_events": "2"}, "0.33"),
        (THREE, {"free_events": "3"}, "0"),
        (THREE, {"free_events": "0"}, "4.12"),
        (THREE, {"free_events": "999999999999"}, "0"),
        # 105 are free: the 100, and 5 of 10: 0.145 + 0.30; 0.329.
        (THREE, {"free_quantity": "105"}, "0.77"),
        # As many as the first: it is free, 0.59 + 0.329. All but nothing: the last is free, too.
        (THREE, {"free_quantity": "100"}, "0.92"),
        (THREE, {"free_quantity": "110"}, "0.33"),
        (THREE, {"free_quantity": "111"}, "0"),
        (THREE, {"free_quantity": "0"}, "4.12"),
        # One event and 50: 1.45 + 0.30; then the events are used up: 0.59 + 0.329.
        (THREE, {"free_events": "1", "free_quantity": "50"}, "2.67"),
        # Three events and 105: as with 105 alone.
        (THREE, {"free_events": "3", "free_quantity": "105"}, "0.77"),
        # The minimum is for what the rest owes, too: 1.75; 0.59; 0.50. A free event owes none.
        (
            THREE,
            {"free_events": "1", "free_quantity": "50", "event_minimum": "0.50"},
            "2.84",
        ),
        (THREE, {"free_events": "1", "event_minimum": "0.50"}, "1.09"),
        # Nor does the maximum know of what is free: 5 of 10 at 0.445 is cut to 0.40; 0.329.
        (THREE, {"free_quantity": "105", "event_maximum": "0.40"}, "0.73"),
        # A refund of 10 gives back the rate alone: 4.119 - 0.29.
        ((*THREE, "-10"), {}, "3.83"),
        # Neither minimum nor maximum holds for it: 4.29 - 0.29; 3.919 - 2.90 = 1.019.
        ((*THREE, "-10"), {"event_minimum": "0.50"}, "4"),
        ((*THREE, "-100"), {"event_maximum": "3"}, "1.02"),
        # It is no free event, and never free itself: -0.29; 100 is free; 0.59.
        (("-10", "100", "10"), {"free_events": "1"}, "0.30"),
        # What was free is worth nothing: 100 is free, and so is giving 30 of it back; 1.75.
        (("100", "-30", "50"), {"free_events": "1"}, "1.75"),
        (("100", "-100"), {"free_events": "1"}, "0"),
        # 10 was paid: -15 gives it back at 0.29, and 5 of the free; 0.59 - 0.29.
        (("100", "10", "-15"), {"free_events": "1"}, "0.30"),
        # Within what is free it gives back nothing, but room: 100, -50 and 50 are free of 105.
        (("100", "-50", "50"), {"free_quantity": "105"}, "0"),
        # Across it: 110 owe 5, -10 give 5 back and 5 of room, 5 are free: 0.145 + 0.30 - 0.145.
        (("110", "-10", "5"), {"free_quantity": "105"}, "0.30"),
        # No value: 0.30 for being there, or the minimum; free while events are, or quantity is.
        (("0",), {}, "0.30"),
        (("0",), {"event_minimum": "0.50"}, "0.50"),
        (("0", "0"), {"free_events": "1"}, "0.30"),
        (("5", "0"), {"free_quantity": "5"}, "0.30"),
        (("4", "0"), {"free_quantity": "5"}, "0"),
        (("0",), {"free_quantity": "0"}, "0.30"),
        # The same, with an event left: -0.29, and 20 is free.
        (("-10", "20"), {"free_events": "2"}, "-0.29"),
        # One part alone: 2.9 % of 111 = 3.219; 3 * 0.30.
        (THREE, {"fixed_amount": None}, "3.22"),
        (THREE, {"percent_rate": None}, "0.90"),
        (THREE, {"percent_rate": "0", "fixed_amount": "0"}, "0"),
        # Below zero both may be: -1 % of 111, and -0.10 each: -1.11 - 0.30.
        (THREE, {"percent_rate": "-1", "fixed_amount": "-0.10"}, "-1.41"),
        # A minimum below zero holds, too: -0.20 for each.
        (THREE, {"percent_rate": "-1", "fixed_amount": "0", "event_minimum": "-0.20"}, "-0.31"),
        # A value with many decimals: 2.9 % of 0.5 + 0.30 = 0.3145.
        (("0.5",), {}, "0.31"),
        # Price, package and units play no part, whatever they say.
        (THREE, {"price": "100000000", "package_size": "0", "price_per": "3"}, "4.12"),
        # Nobody used it.
        ((), {}, "0"),
        ((), {"event_minimum": "5"}, "0"),
    ],
)
def test_events(values: tuple[str, ...], cells: Row, expected: str) -> None:
    """A month of a card's fees."""
    assert january(priced(*values, **{**CARD, **cells})) == decimals(expected)


def test_one_rounding() -> None:
    """Each event owes 0.3145; three of them 0.9435, not 0.93."""
    assert january(priced("0.5", "0.5", "0.5", **CARD)) == decimals("0.94")


@pytest.mark.parametrize(
    ("aggregation", "agg_property", "expected"),
    # Each event is 1: 3 * 0.329 = 0.987; its values are not read.
    [("COUNT", "n", "0.99"), ("COUNT", None, "0.99"), (None, None, "0.99"), (None, "n", "4.12")],
)
def test_counts(aggregation: str | None, agg_property: str | None, expected: str) -> None:
    """By the event itself."""
    inputs = priced(*THREE, **CARD)
    inputs["products"][0].update(aggregation=aggregation, agg_property=agg_property)
    assert january(inputs) == decimals(expected)


def test_order_of_events() -> None:
    """By metered_at, then by received_at, then by name: 100 is the free one each time."""
    inputs = priced(**CARD, free_events="1")
    first, last = "2024-01-05", "2024-01-06"
    for events in (
        [event("b", first, n=100), event("a", last, n=10)],
        [
            event("b", first, n=100, received_at="2024-01-07"),
            event("a", first, n=10, received_at="2024-01-08"),
        ],
        [event("a", first, n=100), event("b", first, n=10)],
        # Empty, received_at is metered_at.
        [event("b", first, n=100), event("a", first, n=10, received_at="2024-01-05T00:00:01Z")],
    ):
        for order in (events, events[::-1]):
            inputs["usage_events"] = order
            assert january(inputs) == decimals("0.59")


def test_events_that_are_not_rated() -> None:
    """A repeat, an event without a quantity, and one of somebody else use up nothing."""
    inputs = priced("100", **CARD, free_events="1")
    inputs["usage_events"] = [
        event("x", "2024-01-01", n="many"),
        event("y", "2024-01-01", n=5, customer_id="nobody"),
        *inputs["usage_events"],
        event("t0", "2024-01-02", n="100"),
        event("z", "2024-01-09", n=10),
    ]
    assert january(inputs) == decimals("0.59")


# Lines


def test_quantities_of_lines() -> None:
    """What is free is what is not charged: 0; 105; 100; 50 of the first event."""
    for cells, free in (
        ({}, 0),
        ({"free_quantity": "105"}, 105),
        ({"free_events": "1"}, 100),
        ({"free_events": "1", "free_quantity": "50"}, 50),
    ):
        marts = run(IN_JANUARY, priced(*THREE, **CARD, **cells))
        assert used(marts) == [(111, free)]
        (line,), (price,) = marts["line_items"], marts["prices"]
        assert (line["price"], price["price"]) == (None, None)
        assert (line["charge_model"], line["event_count"]) == ("PERCENTAGE", 3)
        assert marts["line_item_tiers"] == []
        assert reasons(marts) == []
    assert used(run(IN_JANUARY, priced(**CARD))) == [(0, 0)]


def test_discounts_and_limits() -> None:
    """On the exact sum, 4.119: 90 % are 3.7071; less 1 is 2.7071; at most 2; at least 10."""
    inputs = priced(*THREE, **CARD)
    inputs["contract_prices"] = [override("o", discount_percent="10")]
    assert january(inputs) == decimals("3.71")
    inputs["contract_prices"][0]["discount_amount"] = "1"
    assert january(inputs) == decimals("2.71")
    inputs["contract_prices"][0]["maximum_amount"] = "2"
    assert january(inputs) == decimals("2")
    inputs["contract_prices"] = [override("o", minimum_amount="10")]
    assert january(inputs) == decimals("4.12", "5.88")


def test_currencies() -> None:
    """4.119 in whole yen, and in thousandths of a dinar."""
    for currency, expected in (("JPY", "4"), ("KWD", "4.119")):
        inputs = priced(*THREE, **CARD)
        inputs["pricebooks"][0]["currency"] = currency
        assert january(inputs) == decimals(expected)


# Several spans of one period


@pytest.mark.parametrize(
    ("cells", "expected", "quantities"),
    [
        # 3.20; 0.59 + 0.329.
        ({}, ("3.20", "0.92"), [(100, 0), (11, 0)]),
        # The second event is free, too: 0; 0.329.
        ({"free_events": "2"}, ("0", "0.33"), [(100, 100), (11, 10)]),
        # 100 are free, and 5 of 10: 0; 0.445 + 0.329.
        ({"free_quantity": "105"}, ("0", "0.77"), [(100, 100), (11, 5)]),
    ],
)
def test_amended_period(
    cells: Row, expected: tuple[str, ...], quantities: list[tuple[float, float]]
) -> None:
    """What is free is used up through an amendment, not given twice."""
    marts = run(IN_JANUARY, amend(priced(*THREE, **CARD, **cells), "2024-01-03"))
    assert (amounts(marts), used(marts)) == (decimals(*expected), quantities)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # The 100 before it owe 3.20. From then on 1 %: 0.10 + 0.01; the group is the override's.
        ({"charge_model": "PERCENTAGE", "percent_rate": "1"}, ("3.20", "0.11")),
        # Its own free events, of which one is used: 10 is free.
        ({"charge_model": "PERCENTAGE", "percent_rate": "1", "free_events": "2"}, ("3.20", "0.01")),
        # Its free quantity, of which 100 are used: 5 of 10: 0.145 + 0.30; 0.329.
        ({"free_quantity": "105"}, ("3.20", "0.77")),
        # A price of units: 2 * 11.
        ({"price": "2"}, ("3.20", "22")),
        # With 105 free: 111 - 105, for before it nothing is charged.
        ({"price": "2", "free_quantity": "105"}, ("3.20", "12")),
    ],
)
def test_override_inside_a_period(cells: Row, expected: tuple[str, ...]) -> None:
    """At its own terms, but after all events of the period before it."""
    inputs = priced(*THREE, **CARD)
    inputs["contract_prices"] = [override("o", started_at="2024-01-03", **cells)]
    assert january(inputs) == decimals(*expected)


def test_events_before_at_other_terms() -> None:
    """100 units at 2 each use up an event, and 100 units, of what is free later."""
    inputs = priced(*THREE, **CARD, free_events="2")
    inputs["contract_prices"] = [override("o", ended_at="2024-01-03", price="2")]
    assert january(inputs) == decimals("200", "0.33")
    inputs["list_prices"][0].update(free_events=None, free_quantity="105")
    inputs["contract_prices"][0]["free_quantity"] = "0"
    # 10 pay on 5: 0.445, and 0.329.
    assert january(inputs) == decimals("200", "0.77")


def test_months_are_apart() -> None:
    """An event is free in each."""
    inputs = priced(*THREE, **CARD, free_events="1")
    inputs["usage_events"] += [event("f1", "2024-02-01", n=100), event("f2", "2024-02-02", n=10)]
    assert amounts(run("2024-02-15T00:00:00Z", inputs)) == decimals("0.92", "0.59")


def test_trial() -> None:
    """What happens in it uses up nothing: 100 in the trial; 10 is free, 1 owes 0.329."""
    inputs = priced(*THREE, **CARD, free_events="1")
    inputs["contracts"][0]["trial_days"] = "2"
    marts = run(IN_JANUARY, inputs)
    assert (amounts(marts), used(marts)) == (decimals("0.33"), [(11, 10)])


# Spans that are one


@pytest.mark.parametrize(
    ("cells", "spans"),
    [
        ({}, 1),
        ({"percent_rate": "2.90", "fixed_amount": "3e-1"}, 1),
        ({"percent_rate": "3"}, 2),
        ({"fixed_amount": "0.31"}, 2),
        ({"free_events": "1"}, 2),
        ({"event_minimum": "0"}, 2),
        ({"event_maximum": "9"}, 2),
        # It plays no part, but is not the same.
        ({"price_per": "2"}, 2),
        ({"price": "7", "package_size": "5"}, 1),
        # 0 free units are not as none: with free events, nothing is free then.
        ({"free_quantity": "0"}, 2),
    ],
)
def test_terms_that_keep_spans_apart(cells: Row, spans: int) -> None:
    """In the pricebook's next row."""
    inputs = priced(**CARD)
    inputs["pricebooks"].append({"id": "b2", "durable_id": "b", "effective_at": "2024-01-10"})
    again = {"id": "l2", "pricebook_uid": "b2", **cells}
    inputs["list_prices"].append({**inputs["list_prices"][0], **again})
    assert len(run(IN_JANUARY, inputs)["price_spans"]) == spans


@pytest.mark.parametrize("column", ["percent_rate", "fixed_amount"])
def test_empty_terms_are_zero(column: str) -> None:
    """Written or not."""
    inputs = priced(**{**CARD, column: None})
    inputs["pricebooks"].append({"id": "b2", "durable_id": "b", "effective_at": "2024-01-10"})
    again = {"id": "l2", "pricebook_uid": "b2", column: "0.0"}
    inputs["list_prices"].append({**inputs["list_prices"][0], **again})
    assert len(run(IN_JANUARY, inputs)["price_spans"]) == 1


def test_no_free_quantity_and_none_at_all() -> None:
    """With two free events: all of them free; but of a free quantity of 0 nothing is."""
    assert january(priced("100", "10", **CARD, free_events="2")) == decimals("0")
    inputs = priced("100", "10", **CARD, free_events="2", free_quantity="0")
    assert january(inputs) == decimals("3.79")


# Renewals


def test_uplift() -> None:
    """Fixed amounts and bounds rise by 10 % each, rounded to 10 decimals; percents stay."""
    inputs = priced(**CARD, event_minimum="0.50", event_maximum="3")
    renewal = {"auto_renew": "true", "renewal_uplift_percent": "10", "ended_at": "2024-02-01"}
    inputs["contracts"][0].update(renewal)
    inputs["usage_events"] = [
        event(f"{month}{value}", f"2024-0{month}-02", n=value)
        for month in (1, 2, 3)
        for value in THREE
    ]
    marts = run("2024-03-15T00:00:00Z", inputs)
    # 3 + 0.59 + 0.50; 2.90 + 0.33 = 3.23, and 0.29 + 0.33, 0.55; 3.263, 0.653 and 0.605.
    assert amounts(marts) == decimals("4.09", "4.40", "4.52")
    assert reasons(marts) == []
    inputs["list_prices"][0].update(fixed_amount="0.1234567891", event_minimum=None)
    marts = run("2024-03-15T00:00:00Z", inputs)
    raised = {row["fixed_amount"] for row in marts["prices"]}
    # 0.13580246801 and 0.149382714811.
    assert set(decimals("0.1234567891", "0.1358024680", "0.1493827148")) <= raised


def test_uplift_out_of_range() -> None:
    """99999999 * 1.1."""
    for column in ("fixed_amount", "event_minimum", "event_maximum"):
        inputs = priced(**{**CARD, column: "99999999"})
        renewal = {"auto_renew": "true", "renewal_uplift_percent": "10", "ended_at": "2024-02-01"}
        inputs["contracts"][0].update(renewal)
        marts = run("2024-02-15T00:00:00Z", inputs)
        assert [line["effective_at"].month for line in marts["line_items"]] == [1]
        assert ("l1", "OUT_OF_RANGE") in reasons(marts)


# What is wrong with a price


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"percent_rate": None, "fixed_amount": None}, {"NO_PRICE"}),
        # Whatever else it says.
        ({**dict.fromkeys(CARD), "price": "5", "event_minimum": "1"}, {"NO_PRICE"}),
        ({"percent_rate": "0.12345678901"}, {"OUT_OF_RANGE"}),
        ({"percent_rate": "100000000"}, {"OUT_OF_RANGE"}),
        ({"percent_rate": "-1e8"}, {"OUT_OF_RANGE"}),
        *(
            ({column: cell}, {"OUT_OF_RANGE"})
            for column in ("fixed_amount", "event_minimum", "event_maximum")
            for cell in ("0.12345678901", "100000000", "-1e8")
        ),
        ({"free_events": "-1"}, {"OUT_OF_RANGE"}),
        ({"free_events": "1000000000000"}, {"OUT_OF_RANGE"}),
        ({"free_events": "1.5"}, {"OUT_OF_RANGE"}),
        ({"free_events": "1e18"}, {"OUT_OF_RANGE"}),
        ({"percent_rate": "x"}, {"UNPARSABLE_CELL"}),
        ({"event_minimum": "x"}, {"UNPARSABLE_CELL"}),
        ({"free_quantity": "-1"}, {"OUT_OF_RANGE"}),
        ({"price_months": "1"}, {"BAD_SCHEDULE"}),
        # Without a charge model nobody knows what is meant.
        ({"charge_model": None}, {"UNKNOWN_CHARGE_MODEL"}),
        ({"charge_model": None, "price": "1", "percent_rate": None}, {"UNKNOWN_CHARGE_MODEL"}),
    ],
)
def test_faults(cells: Row, expected: set[str]) -> None:
    """It is withheld, and reported on the price."""
    marts = run(IN_JANUARY, priced(*THREE, **{**CARD, **cells}))
    assert marts["line_items"] == []
    assert set(reasons(marts)) == {("l1", reason) for reason in expected}
    assert {row["effect"] for row in marts["pricing_exceptions"]} == {"NOT_BILLED"}
    assert untrue_labels(marts) == []


@pytest.mark.parametrize("model", ["FLAT", "PACKAGE"])
def test_other_models_do_not_read_them(model: str) -> None:
    """3 * 111, or in packages of 1; what is out of range there is nobody's concern."""
    cells = {"free_events": "-1", "percent_rate": "1e8", "event_minimum": "1e9"}
    inputs = priced(*THREE, **{**cells, "charge_model": model, "price": "3", "package_size": "1"})
    marts = run(IN_JANUARY, inputs)
    assert (amounts(marts), reasons(marts)) == (decimals("333"), [])


@pytest.mark.parametrize(
    "product",
    [
        {"ptype": "FIXED"},
        *({"aggregation": name} for name in ("MAX", "UNIQUE_COUNT", "LATEST", "WEIGHTED_SUM")),
    ],
)
def test_without_events(product: Row) -> None:
    """There must be events that add up. As ever it stands on the contract price if one applies.

    Also on one that says nothing about the price.
    """
    inputs = priced(**CARD)
    inputs["products"][0].update(product)
    marts = run(IN_JANUARY, inputs)
    assert (marts["line_items"], reasons(marts)) == ([], [("l1", "PERCENTAGE_WITHOUT_EVENTS")])
    assert marts["pricing_exceptions"][0]["effect"] == "NOT_BILLED"
    inputs["contract_prices"] = [override("o", discount_percent="10")]
    assert reasons(run(IN_JANUARY, inputs)) == [("o", "PERCENTAGE_WITHOUT_EVENTS")]
    # An override that knows better is billed.
    inputs["contract_prices"] = [override("o", price="10")]
    marts = run(IN_JANUARY, inputs)
    assert len(marts["line_items"]) == 1 and reasons(marts) == []


def test_minimum_above_maximum() -> None:
    """It is billed, and reported; not where they are equal."""
    for maximum, expected in (("3", [("l1", "MINIMUM_ABOVE_MAXIMUM")]), ("5", [])):
        inputs = priced(*THREE, **CARD, event_minimum="5", event_maximum=maximum)
        marts = run(IN_JANUARY, inputs)
        assert (amounts(marts), reasons(marts)) == (decimals("15"), expected)


# Quotes and revenue


def quoted(quantity: str | None, **cells: str) -> list[tuple[Decimal, int]]:
    """Return amounts and events of a quote's preview, with a quantity assumed."""
    inputs = priced(**{**CARD, **cells})
    quote = {"id": "q1", "durable_id": "q", "customer_id": "c1", "pricebook_id": "b"}
    term = {"started_at": "2024-01-01", "ended_at": "2024-02-01", "state": "SENT"}
    inputs.update(contracts=[], quotes=[{**quote, **term}])
    if quantity is not None:
        assumed = {"id": "a", "quote_id": "q", "product_uid": "p1", "quantity": quantity}
        inputs["quote_usage"] = [assumed]
    marts = run(IN_JANUARY, inputs)
    return [(row["amount"], row["event_count"]) for row in marts["quote_line_items"]]


def test_quotes() -> None:
    """What is assumed is one event: 2.90 + 0.30; 1.45 + 0.30; none if nothing is."""
    assert quoted("100") == [(Decimal("3.20"), 0)]
    assert quoted("100", free_quantity="50") == [(Decimal("1.75"), 0)]
    assert quoted("100", free_events="1") == [(Decimal(0), 0)]
    assert quoted("-100") == [(Decimal("-2.90"), 0)]
    for nothing in ("0", None):
        assert quoted(nothing, event_minimum="5") == [(Decimal(0), 0)]


def test_discounts_of_quotes() -> None:
    """Of 100 at list, 3.20, 20 % are allowed: 2.60 and 2.50 of a card of 2.3 % and 2.2 %."""
    for percent, expected in (("2.3", []), ("2.2", [("o", "DISCOUNT_ABOVE_LIMIT")])):
        inputs = priced(**CARD)
        inputs["pricebooks"][0]["maximum_discount_percent"] = "20"
        quote = {"id": "q1", "durable_id": "q", "customer_id": "c1", "pricebook_id": "b"}
        term = {"started_at": "2024-01-01", "ended_at": "2024-02-01", "state": "SENT"}
        own = {"charge_model": "PERCENTAGE", "percent_rate": percent, "fixed_amount": "0.30"}
        inputs.update(contracts=[], quotes=[{**quote, **term}])
        inputs["quote_prices"] = [{"id": "o", "quote_id": "q", "list_price_id": "ld1", **own}]
        inputs["quote_usage"] = [
            {"id": "a", "quote_id": "q", "product_uid": "p1", "quantity": "100"}
        ]
        assert reasons(run(IN_JANUARY, inputs)) == expected


def test_no_recurring_revenue() -> None:
    """It is usage."""
    assert run(IN_JANUARY, priced(*THREE, **CARD))["contract_mrr"] == []


# Properties


def random_terms(rng: random.Random) -> dict[str, object]:
    """Return terms of a price by the event."""

    def maybe(*choices: str) -> Decimal | None:
        return Decimal(rng.choice(choices)) if rng.random() < 0.5 else None

    return {
        "charge_model": "PERCENTAGE",
        "percent_rate": maybe("2.9", "10", "-1", "0"),
        "fixed_amount": maybe("0.30", "1", "-0.1"),
        "free_events": maybe("0", "1", "3", "5"),
        "free_quantity": maybe("0", "5", "50"),
        "event_minimum": maybe("0.50", "0", "-1"),
        "event_maximum": maybe("3", "0.40"),
    }


def test_charged_values() -> None:
    """With free units alone, what is charged of a period not below zero is what is beyond them."""
    rng = random.Random(1)
    for _ in range(500):
        terms = {**random_terms(rng), "free_events": None, "free_quantity": Decimal(20)}
        used_up, charged = Used(), Fraction(0)
        for _ in range(8):
            value = Fraction(rng.randint(-10, 20), rng.choice([1, 2, 3]))
            value = max(value, -used_up.quantity)
            part = charged_value(terms, used_up, value)
            charged += part
            used_up = used_up.and_then(value, part)
            total = used_up.quantity
            assert charged == max(total - 20, Fraction(0))


def test_whatever_is_free_helps() -> None:
    """No event owes more for something free, if nothing is below zero; and never less than none."""
    rng = random.Random(2)
    for _ in range(500):
        terms = random_terms(rng) | {"percent_rate": Decimal(3), "fixed_amount": Decimal("0.3")}
        terms["event_minimum"] = None
        plain = {**terms, "free_events": None, "free_quantity": None}
        used_up = Used()
        for _ in range(8):
            value = Fraction(rng.randint(0, 20))
            owed, full = event_owed(terms, used_up, value), event_owed(plain, used_up, value)
            assert 0 <= owed <= full
            used_up = used_up.and_then(value, charged_value(terms, used_up, value))


# Random cases


@pytest.mark.long
def test_random_cases() -> None:
    """Labels are true, and there is enough of everything."""
    found = defaultdict(int)
    for seed in range(120):
        era = list(ERAS)[seed % len(ERAS)]
        inputs = random_case(seed, "q001_", [era], FEATURES)
        as_of = ERAS[era][0] + timedelta(days=random.Random(seed).randint(100, 400))
        marts = compute(inputs, {"as_of": f"{as_of}T00:00:00Z"})
        assert untrue_labels(marts) == [], f"seed {seed}"
        models = defaultdict(list)
        for line in marts["line_items"]:
            if line["line_type"] == "usage":
                key = line["lineage_id"], line["nominal_start_date"]
                models[key].append((line["charge_model"], line["event_count"]))
            if line["charge_model"] == "PERCENTAGE" and line["line_type"] == "usage":
                found["used"] += line["event_count"] > 0
                found["free"] += bool(line["free_quantity_used"])
                found["negative"] += line["quantity"] < 0
        for lines in models.values():
            names = {model for model, count in lines if count}
            found["several spans"] += len(lines) > 1 and names == {"PERCENTAGE"}
            found["mixed"] += len(names) > 1 and "PERCENTAGE" in names
        for row in marts["prices"]:
            if row["charge_model"] == "PERCENTAGE":
                found["raised"] += row["renewal_number"] > 0
                for column in ("free_events", "event_minimum", "event_maximum"):
                    # Of a price by cells nothing is said of these.
                    found[column] += row.get(column) is not None
        for row in marts["quote_line_items"]:
            found["quoted"] += row["charge_model"] == "PERCENTAGE" and bool(row["quantity"])
        for row in marts["withheld_prices"]:
            found[row["reason"]] += 1
    for kind in ("used", "free", "raised", "free_events", "event_minimum", "event_maximum"):
        assert found[kind] > 50, kind
    for kind in ("several spans", "quoted", "PERCENTAGE_WITHOUT_EVENTS", "OUT_OF_RANGE"):
        assert found[kind] > 20, kind
    for kind in ("negative", "mixed", "NO_PRICE"):
        assert found[kind] > 3, kind


def test_prices_by_the_event_leave_others_as_they_are() -> None:
    """Without them a case is as it was; with them it is another one, the same each time."""
    others = [feature for feature in FEATURES if feature != PERCENTAGES]
    changed = 0
    for seed in range(20):
        plain, rich, again = (
            random_case(seed, "q001_", list(ERAS), features)
            for features in (others, FEATURES, FEATURES)
        )
        assert rich == again
        assert not any(row["percent_rate"] for row in plain["list_prices"])
        changed += rich != plain
    assert changed > 15
