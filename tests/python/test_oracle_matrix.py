"""The oracle's matrix prices, by hand: which cell an event has, and what each cell owes."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from oracle import compute
from oracle.cases import ERAS
from oracle.cells import round_fraction
from oracle.labels import untrue_labels
from oracle.matrix import split
from oracle.provisioned_cases import FEATURES, MATRIX, random_case
from oracle_tables import (
    IN_JANUARY,
    Inputs,
    Marts,
    Row,
    basic,
    decimals,
    event,
    outcomes,
    override,
    reasons,
    run,
)

L1, X1 = {"list_price_uid": "l1"}, {"contract_price_uid": "x1"}
Use = tuple[str, dict[str, object]]


def add_matrix(
    inputs: Inputs, owner: Row, properties: tuple[str, ...], cells: dict[str, Row]
) -> None:
    """Give a price dimensions and cells; a cell's `values` are its cell_values, `tiers` its own."""
    dimensions = inputs.setdefault("price_dimensions", [])
    for position, name in enumerate(properties):
        number = str(len(dimensions))
        cell = {"id": f"d{number}", "position": str(position), "property": name}
        dimensions.append({**owner, **cell})
    for cell_id, cell in cells.items():
        tiers, values = cell.get("tiers", ()), json.dumps(cell.get("values", {}))
        own = {key: value for key, value in cell.items() if key not in ("tiers", "values")}
        rows = inputs.setdefault("price_cells", [])
        named = {"id": f"c{len(rows)}", "cell_id": cell_id, "cell_values": values}
        rows.append({**owner, **named, **own})
        add_tiers(inputs, {**owner, "cell_id": cell_id}, *tiers)


def add_tiers(inputs: Inputs, owner: Row, *tiers: tuple[str | None, ...]) -> None:
    """Give a price tiers: (up_to, unit_price, flat_amount)."""
    rows = inputs.setdefault("price_tiers", [])
    for up_to, unit_price, *flat in tiers:
        cells = {"up_to": up_to, "unit_price": unit_price, "flat_amount": [*flat, None][0]}
        rows.append({"id": f"t{len(rows)}", **owner, **cells})


def use(inputs: Inputs, *uses: tuple[object, ...], day: int = 2) -> None:
    """Use p1: each use is a value `n`, and the properties of its event as `name=value`."""
    events = inputs.setdefault("usage_events", [])
    for value, *properties in uses:
        number = len(events)
        cells = dict(each.split("=") for each in properties)
        events.append(
            event(f"t{number:02}", f"2024-01-{day:02}T00:00:{number:02}Z", n=value, **cells)
        )


def matrix(
    cells: dict[str, Row],
    *uses: tuple[object, ...],
    properties: tuple[str, ...] = ("m",),
    aggregation: str = "SUM",
    **terms: str | None,
) -> Inputs:
    """Return the basic inputs with a matrix on list price l1, and uses on 2 January."""
    meter = {"agg_property": "n", "aggregation": aggregation}
    inputs = basic("1", "EVENT", products=meter, list_prices={"price": None, **terms})
    add_matrix(inputs, L1, properties, cells)
    use(inputs, *uses)
    return inputs


def january(inputs: Inputs, **settings: str) -> Marts:
    """Compute January."""
    return run(IN_JANUARY, inputs, **settings)


def owed(inputs: Inputs) -> list[tuple[str | None, str]]:
    """Return cell and amount of the lines of January, in order of spans and cells."""
    lines = january(inputs)["line_items"]
    lines.sort(
        key=lambda line: (
            *(line["effective_at"], line["line_type"] == "minimum_true_up"),
            line["cell_id"] or "",
        )
    )
    return [(line["cell_id"], f"{line['amount'].normalize() + 0:f}") for line in lines]


TOKENS = {
    "a-in": {"values": {"model": "a", "direction": "in"}, "price": "2.50"},
    "a-out": {"values": {"model": "a", "direction": "out"}, "price": "10"},
    "other": {"price": "0.50"},
}
TOKEN_USES = (
    (1234567, "model=a", "direction=in"),
    (345678, "model=a", "direction=out"),
    (2000000, "model=b", "direction=in"),
)
MILLION = {"price_per": "1000000"}
BY_MODEL = {"properties": ("model", "direction")}
FLAT, GRADUATED = {"charge_model": "FLAT"}, {"charge_model": "GRADUATED"}
XY = {
    "x": {"values": {"m": "x"}, **GRADUATED, "tiers": [("100", "1"), (None, "0.50")]},
    "y": {"values": {"m": "y"}, **GRADUATED, "tiers": [("100", "2"), (None, "1")]},
}
THIRDS = {
    name: {"values": {"m": name}, **GRADUATED, "tiers": [(None, "0.333333")]} for name in "abc"
}


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        # 3.0864175; 3.45678; 1.
        (
            matrix(TOKENS, *TOKEN_USES, **BY_MODEL, **MILLION),
            [("a-in", "3.09"), ("a-out", "3.46"), ("other", "1")],
        ),
        # 1,300,000 are free: all of a-in, 65,433 of a-out: 280,245 x 10 / 10^6 = 2.80245.
        (
            matrix(TOKENS, *TOKEN_USES, **BY_MODEL, **MILLION, free_quantity="1300000"),
            [("a-in", "0"), ("a-out", "2.8"), ("other", "1")],
        ),
        # 150 owe 125 at x's tiers, 250 at y's: 90 / 150 x 125 = 75; 60 / 150 x 250 = 100.
        (matrix(XY, (90, "m=x"), (60, "m=y")), [("x", "75"), ("y", "100")]),
        # Each for itself: 90 x 1; 60 x 2.
        (matrix(XY, (90, "m=x"), (60, "m=y"), tiers_per="CELL"), [("x", "90"), ("y", "120")]),
        # 3 x 0.333333 = 0.999999 each, a third of it 0.333333: together 1.00, the cent over to a.
        (
            matrix(THIRDS, (1, "m=a"), (1, "m=b"), (1, "m=c")),
            [("a", "0.34"), ("b", "0.33"), ("c", "0.33")],
        ),
    ],
)
def test_rules(inputs: Inputs, expected: list[tuple[str, str]]) -> None:
    """The numbers of the rules."""
    assert owed(inputs) == expected


def test_no_cell() -> None:
    """An event without a cell is not rated, and the month keeps a line without one."""
    inputs = matrix({"a": {"values": {"m": "a"}, "price": "1"}}, (5, "m=b"))
    marts = january(inputs)
    assert outcomes(marts) == ["NOT_PRICED"]
    [exception] = marts["usage_event_exceptions"]
    assert (exception["product_uid"], exception["detail"]) == ("p1", "no cell")
    [line] = marts["line_items"]
    assert [line[name] for name in ("cell_id", "quantity", "amount")] == [None, 0, 0]
    assert [line[name] for name in ("charge_model", "price", "event_count")] == ["FLAT", 0, 0]


# Charge models


def flat(**prices: str) -> dict[str, Row]:
    """Return FLAT cells by the value of `m` that they name, which is their id."""
    return {name: {"values": {"m": name}, "price": price} for name, price in prices.items()}


def tiered(model: str, **tiers: list[tuple[str | None, ...]]) -> dict[str, Row]:
    """Return cells of a charge model with tiers of their own."""
    return {
        name: {"values": {"m": name}, "charge_model": model, "tiers": each}
        for name, each in tiers.items()
    }


PACKAGES = {
    "x": {"values": {"m": "x"}, "charge_model": "PACKAGE", "price": "5"},
    "y": {"values": {"m": "y"}, "charge_model": "PACKAGE", "price": "8"},
}
VOLUMES = tiered("VOLUME", x=[("10", "2"), (None, "1")], y=[("10", "4"), (None, "3")])
PERCENTS = tiered(
    "GRADUATED_PERCENTAGE", x=[("100", "10"), (None, "5")], y=[("100", "1"), (None, "2")]
)
CARDS = {
    "x": {"values": {"m": "x"}, "percent_rate": "2.9", "fixed_amount": "0.30"},
    "y": {"values": {"m": "y"}, "percent_rate": "1"},
}
CARD_USES = ((50, "m=y"), (100, "m=x"))
BY_EVENT = {"charge_model": "PERCENTAGE"}
MIXED = {**flat(x="3"), **tiered("GRADUATED", y=[("5", "1"), (None, "0.5")])}
WITH_FLATS = tiered("GRADUATED", x=[(None, "1", "7")], y=[(None, "1", "9")])


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        # 10 / 3 each; rounded each for itself: 3.33 + 3.33.
        (
            matrix(flat(x="1", y="1"), (10, "m=x"), (10, "m=y"), price_per="3"),
            [("x", "3.33"), ("y", "3.33")],
        ),
        # A cell without a price takes that of the price: 4 x 3.
        (matrix({"x": {}}, (4, "m=x"), price="3"), [("x", "12")]),
        # And without a charge model that of the price: 11 in packages of 10 at 5.
        (
            matrix({"x": {"price": "5"}}, (11, "m=x"), charge_model="PACKAGE", package_size="10"),
            [("x", "10")],
        ),
        # Packages for itself: 11 are 2 x 5; 4 are 1 x 8.
        (
            matrix(PACKAGES, (11, "m=x"), (4, "m=y"), package_size="10", tiers_per="CELL"),
            [("x", "10"), ("y", "8")],
        ),
        # Other sizes are for itself alone: 11 are 2 x 5; 4 in packages of 3 are 2 x 8.
        (
            matrix(
                {"x": PACKAGES["x"], "y": {**PACKAGES["y"], "package_size": "3"}},
                *((11, "m=x"), (4, "m=y")),
                package_size="10",
                tiers_per="CELL",
            ),
            [("x", "10"), ("y", "16")],
        ),
        # Shared, 11 are 2: 6 / 11 x 10 = 5.4545; 5 / 11 x 16 = 7.2727; of 12.73 these are
        # 545.57 and 727.43 cents: the cent over is x's.
        (
            matrix(PACKAGES, (6, "m=x"), (5, "m=y"), package_size="10"),
            [("x", "5.46"), ("y", "7.27")],
        ),
        # 11 x 1; 10 x 4.
        (
            matrix(VOLUMES, (11, "m=x"), (10, "m=y"), tiers_per="CELL"),
            [("x", "11"), ("y", "40")],
        ),
        # 12 are in the second tier: 8 / 12 x 12; 4 / 12 x 36.
        (matrix(VOLUMES, (8, "m=x"), (4, "m=y")), [("x", "8"), ("y", "12")]),
        # 10 % of 100 and 5 % of 100; 1 % of 50.
        (
            matrix(PERCENTS, (200, "m=x"), (50, "m=y"), tiers_per="CELL"),
            [("x", "15"), ("y", "0.5")],
        ),
        # Of 250: x owes 10 + 7.5, 200 / 250 of it; y 1 + 3, 50 / 250 of it.
        (matrix(PERCENTS, (200, "m=x"), (50, "m=y")), [("x", "14"), ("y", "0.8")]),
        # A flat cell beside tiers: 2 / 6 x 18; 4 / 6 x 5.5 = 3.6667: 9.67, the cent over is y's.
        (matrix(MIXED, (2, "m=x"), (4, "m=y")), [("x", "6"), ("y", "3.67")]),
        # For itself: 2 x 3; 4 x 1.
        (matrix(MIXED, (2, "m=x"), (4, "m=y"), tiers_per="CELL"), [("x", "6"), ("y", "4")]),
        # Each tier's flat amount is for all together: 3 / 4 x (4 + 7); 1 / 4 x (4 + 9) = 3.25.
        (matrix(WITH_FLATS, (3, "m=x"), (1, "m=y")), [("x", "8.25"), ("y", "3.25")]),
        # For itself: 3 + 7; 1 + 9. A cell that nobody uses owes none.
        (
            matrix(WITH_FLATS, (3, "m=x"), (1, "m=y"), tiers_per="CELL"),
            [("x", "10"), ("y", "10")],
        ),
        (matrix(WITH_FLATS, (3, "m=x"), tiers_per="CELL"), [("x", "10")]),
        # Tiers of the price for cells without their own: 90 of 150 at x's, 60 of 150 at 3.
        (
            matrix(
                {"x": XY["x"], "y": {"values": {"m": "y"}, "tiers": [("100", "3"), (None, "3")]}},
                *((90, "m=x"), (60, "m=y")),
                charge_model="GRADUATED",
            ),
            [("x", "75"), ("y", "180")],
        ),
        # By the event: 2.90 + 0.30; 1 % of 50.
        (matrix(CARDS, *CARD_USES, **BY_EVENT), [("x", "3.2"), ("y", "0.5")]),
        # What the price says is for the cell that says nothing of it: 1 % of 50 + 0.10.
        (
            matrix(CARDS, *CARD_USES, **BY_EVENT, fixed_amount="0.10"),
            [("x", "3.2"), ("y", "0.6")],
        ),
        # The first event in the order of the cells is x's, though it comes later.
        (matrix(CARDS, *CARD_USES, **BY_EVENT, free_events="1"), [("x", "0"), ("y", "0.5")]),
        # 105 are free: x's 100, and 5 of y: 0.45.
        (matrix(CARDS, *CARD_USES, **BY_EVENT, free_quantity="105"), [("x", "0"), ("y", "0.45")]),
        # A minimum of one cell alone: y owes 2 for each of its events.
        (
            matrix(
                {"x": CARDS["x"], "y": {**CARDS["y"], "event_minimum": "2"}},
                *(*CARD_USES, (10, "m=y")),
                **BY_EVENT,
            ),
            [("x", "3.2"), ("y", "4")],
        ),
        # The word CELL changes nothing where nothing is shared: 3.20; 0.50.
        (
            matrix(CARDS, *CARD_USES, **BY_EVENT, tiers_per="CELL"),
            [("x", "3.2"), ("y", "0.5")],
        ),
    ],
)
def test_charge_models(inputs: Inputs, expected: list[tuple[str, str]]) -> None:
    """Each model in cells, for itself and shared."""
    assert owed(inputs) == expected


# Free quantities, corrections, rounding


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        # 50 are free of 150: x owes 60 % of 100, y 40 % of 200.
        (
            matrix(XY, (90, "m=x"), (60, "m=y"), free_quantity="50"),
            [("x", "60"), ("y", "80")],
        ),
        # For itself they are x's, who comes first: 40; 60 x 2.
        (
            matrix(XY, (90, "m=x"), (60, "m=y"), free_quantity="50", tiers_per="CELL"),
            [("x", "40"), ("y", "120")],
        ),
        # All are free.
        (matrix(XY, (90, "m=x"), (60, "m=y"), free_quantity="200"), [("x", "0"), ("y", "0")]),
        # As text 10 comes before 9: the one that is free is 10's.
        (
            matrix(flat(**{"9": "1", "10": "1"}), (1, "m=9"), (1, "m=10"), free_quantity="1"),
            [("10", "0"), ("9", "1")],
        ),
        # x's correction gives back what was not charged; y begins at -5: of 10 it uses 5 above
        # zero, of which 3 are free: 10 - 3 = 7.
        (
            matrix(flat(x="1", y="1"), (-5, "m=x"), (10, "m=y"), free_quantity="3"),
            [("x", "-5"), ("y", "7")],
        ),
        # 60 in all: x has 90 / 60 of 60, y -30 / 60 of 120.
        (matrix(XY, (90, "m=x"), (-30, "m=y")), [("x", "90"), ("y", "-60")]),
        # Below zero: x has 20 / 15 of -15, y -5 / 15 of -30.
        (matrix(XY, (-20, "m=x"), (5, "m=y")), [("x", "-20"), ("y", "10")]),
        # -20 and 20 are nothing in all: there is nothing to split.
        (matrix(XY, (-20, "m=x"), (10, "m=y")), [("x", "0"), ("y", "0")]),
        # They cancel out: x, the first, owes the flat amount of its first tier; y nothing.
        (matrix(WITH_FLATS, (5, "m=x"), (-5, "m=y")), [("x", "7"), ("y", "0")]),
        # The same in one cell alone, and with events of no quantity.
        (matrix(WITH_FLATS, (5, "m=y"), (-5, "m=y")), [("y", "9")]),
        (matrix(WITH_FLATS, (0, "m=y"), (0, "m=x")), [("x", "7"), ("y", "0")]),
        # An event of no quantity beside others has a line that owes nothing: 2 + 7.
        (matrix(WITH_FLATS, (2, "m=x"), (0, "m=y")), [("x", "9"), ("y", "0")]),
        # -0.999999 is -1.00, split as +1.00 is.
        (
            matrix(THIRDS, (-1, "m=a"), (-1, "m=b"), (-1, "m=c")),
            [("a", "-0.34"), ("b", "-0.33"), ("c", "-0.33")],
        ),
        # 4 x 0.333333 = 1.333332, of 6 / 4, -1 / 4 and -1 / 4: 1.33 is split by 6 : -1 : -1 of 4:
        # 199.5, -33.25, -33.25 cents: 199, -34, -34, and two over: for b and c, with 0.75 each.
        (
            matrix(THIRDS, (6, "m=a"), (-1, "m=b"), (-1, "m=c")),
            [("a", "1.99"), ("b", "-0.33"), ("c", "-0.33")],
        ),
        # 0.004 rounds to nothing.
        (
            matrix(tiered("GRADUATED", x=[(None, "0.002")]), (2, "m=x")),
            [("x", "0")],
        ),
        # Each for itself 0.005 are 0.01; shared 0.01 is split into 0.5 cents each: the first's.
        (
            matrix(flat(x="0.005", y="0.005"), (1, "m=x"), (1, "m=y")),
            [("x", "0.01"), ("y", "0.01")],
        ),
        (
            matrix(
                tiered("GRADUATED", x=[(None, "0.005")], y=[(None, "0.005")]),
                *((1, "m=x"), (1, "m=y")),
            ),
            [("x", "0.01"), ("y", "0")],
        ),
    ],
)
def test_quantities(inputs: Inputs, expected: list[tuple[str, str]]) -> None:
    """What is free, given back, and rounded."""
    assert owed(inputs) == expected


def test_yen() -> None:
    """30 x 0.333333 = 9.99999 are 10 yen: 3.33333 of each, and one over for the first."""
    inputs = matrix(THIRDS, (10, "m=a"), (10, "m=b"), (10, "m=c"))
    inputs["pricebooks"][0]["currency"] = "JPY"
    assert owed(inputs) == [("a", "4"), ("b", "3"), ("c", "3")]


@pytest.mark.parametrize(
    ("amount", "weights", "expected"),
    [
        ("1.00", [1, 1, 1], "0.34 0.33 0.33"),
        ("-1.00", [-1, -1, -1], "-0.34 -0.33 -0.33"),
        # 2 / 7, 2 / 7 and 3 / 7 of 10: 2.86, 2.86, 4.29: one for each of the first two.
        ("0.10", [2, 2, 3], "0.03 0.03 0.04"),
        # 1.67, 1.67, 1.67: the first two.
        ("0.05", [1, 1, 1], "0.02 0.02 0.01"),
        # All weights are 0, or they cancel out: all is the first one's.
        ("0.05", [0, 0, 0], "0.05 0 0"),
        ("0.05", [5, -5], "0.05 0"),
        ("0.00", [3, 4], "0 0"),
        # 3 and -2 of 1: nothing is left.
        ("1.00", [3, -2], "3.00 -2.00"),
        # 0.5 and 0.5 of a cent; a weight of 0 gets none before others.
        ("0.01", [1, 1], "0.01 0"),
        ("0.01", [0, 1], "0 0.01"),
    ],
)
def test_largest_remainder(amount: str, weights: list[int], expected: str) -> None:
    """Whole cents, the greatest remainders first."""
    shares = split(Decimal(amount), [Fraction(weight) for weight in weights], 2)
    assert shares == decimals(*expected.split())


def test_shares_add_up() -> None:
    """Whatever is split, nothing is lost, and no share is a cent or more from its exact part."""
    rng = random.Random(1)
    for _ in range(500):
        amount = Decimal(rng.randint(-1000, 1000)).scaleb(-2)
        weights = [
            Fraction(rng.randint(-5, 20), rng.randint(1, 7)) for _ in range(rng.randint(1, 6))
        ]
        shares = split(amount, weights, 2)
        assert sum(shares) == amount
        if total := sum(weights):
            for share, weight in zip(shares, weights, strict=True):
                assert abs(Fraction(share) - Fraction(amount) * weight / total) < Fraction(1, 100)


# Discounts and limits


def overridden(inputs: Inputs, **cells: str) -> Inputs:
    """Override the list price all along, with terms but without a price."""
    inputs["contract_prices"] = [override("x1", **cells)]
    return inputs


FLAT_USES = ((3, "m=x"), (6, "m=y"))
XY_USES = ((90, "m=x"), (60, "m=y"))


@pytest.mark.parametrize(
    ("inputs", "terms", "expected"),
    [
        # 5 off 3 and 6: 0 and 4.
        (matrix(flat(x="1", y="1"), *FLAT_USES), {"discount_amount": "5"}, "0 4"),
        # 10 % off each, then 2 off the first: 0.7; 5.4.
        (
            matrix(flat(x="1", y="1"), *FLAT_USES),
            {"discount_percent": "10", "discount_amount": "2"},
            "0.7 5.4",
        ),
        # 80 off 75 and 100: 95 in all, all of it y's.
        (matrix(XY, *XY_USES), {"discount_amount": "80"}, "0 95"),
        (matrix(XY, *XY_USES), {"discount_percent": "10"}, "67.5 90"),
        # Half of 0.333333 each, 0.4999995 in all: 0.50, two cents over for the first two.
        (
            matrix(THIRDS, (1, "m=a"), (1, "m=b"), (1, "m=c")),
            {"discount_percent": "50"},
            "0.17 0.17 0.16",
        ),
        # All is off: the weights are 0, and so is the amount.
        (matrix(XY, *XY_USES), {"discount_percent": "100"}, "0 0"),
        (matrix(XY, *XY_USES), {"discount_amount": "500"}, "0 0"),
        # Nothing below zero is discounted: 90 - 50 = 40; -60.
        (matrix(XY, (90, "m=x"), (-30, "m=y")), {"discount_amount": "50"}, "40 -60"),
        # 40 at most: 30, then 10.
        (matrix(flat(x="10", y="10"), (3, "m=x"), (3, "m=y")), {"maximum_amount": "40"}, "30 10"),
        # 100 of 175: 42.857 and 57.143, the cent over is x's.
        (matrix(XY, *XY_USES), {"maximum_amount": "100"}, "42.86 57.14"),
        # 200 at least: 25 more on a line of its own.
        (matrix(XY, *XY_USES), {"minimum_amount": "200"}, "75 100 25"),
        (matrix(flat(x="1", y="1"), *FLAT_USES), {"minimum_amount": "10"}, "3 6 1"),
        # Nobody used it: all of the minimum.
        (matrix(XY), {"minimum_amount": "5"}, "0 5"),
        # The override says how tiers count, and leaves the cells alone: 90; 120.
        (matrix(XY, *XY_USES), {"tiers_per": "CELL"}, "90 120"),
        # And what is free: 100 of 150 at x's and y's tiers: 60; 80.
        (matrix(XY, *XY_USES), {"free_quantity": "50"}, "60 80"),
    ],
)
def test_limits(inputs: Inputs, terms: Row, expected: str) -> None:
    """Discounts are for each line, limits for the sum."""
    assert [amount for _, amount in owed(overridden(inputs, **terms))] == expected.split()


def test_lines_say_what_they_owe() -> None:
    """Amounts before rounding, discounts and what is free, line by line."""
    terms = {"discount_percent": "10", "free_quantity": "50"}
    lines = january(overridden(matrix(XY, *XY_USES), **terms))["line_items"]
    lines.sort(key=lambda line: line["cell_id"])
    # 60 and 80 before the discount; of the 90 of x 50 are free, all of y is charged.
    for line, gross, free in zip(lines, (60, 80), (50, 0), strict=True):
        assert line["amount_unrounded"] == Fraction(gross) * 9 / 10
        assert line["discount_amount"] == Fraction(gross) / 10
        assert line["free_quantity_used"] == free
        assert (line["price"], line["charge_model"]) == (None, "GRADUATED")


def test_a_maximum_shows_on_all_parts() -> None:
    """Where a maximum has cut the sum, all its parts are cut."""
    capped = overridden(matrix(XY, *XY_USES), maximum_amount="100")
    assert [line["is_capped"] for line in january(capped)["line_items"]] == [True, True]
    whole = overridden(matrix(XY, *XY_USES), maximum_amount="175")
    assert [line["is_capped"] for line in january(whole)["line_items"]] == [False, False]


def test_tiers_of_parts() -> None:
    """A part has its share of each tier: 60 % and 40 % of 100 and 50 units."""
    rows = january(matrix(XY, *XY_USES))["line_item_tiers"]
    rows.sort(key=lambda row: (row["cell_id"], row["tier_number"]))
    found = [(row["cell_id"], row["quantity"], row["tier_amount"]) for row in rows]
    assert found == [("x", 60, 60), ("x", 30, 15), ("y", 40, 80), ("y", 20, 20)]


# Which cell an event has


def named(*values: dict[str, object]) -> dict[str, Row]:
    """Return cells c0, c1 and so on at prices 1, 2 and so on."""
    return {
        f"c{number}": {"values": each, "price": str(number + 1)}
        for number, each in enumerate(values)
    }


BOTH = named({"m": "a"}, {"d": "in"}, {})


@pytest.mark.parametrize(
    ("cells", "properties", "expected"),
    [
        # Two cells name one property each: the one of the lower position wins.
        (BOTH, {"m": "a", "d": "in"}, "c0"),
        (BOTH, {"m": "b", "d": "in"}, "c1"),
        (BOTH, {"m": "a"}, "c0"),
        (BOTH, {"m": "b", "d": "out"}, "c2"),
        (BOTH, {}, "c2"),
        # More named properties win over the lower position.
        (named({"m": "a"}, {"d": "in", "e": "1"}), {"m": "a", "d": "in", "e": "1"}, "c1"),
        # Two and two: m and e before d and e; m and d before both.
        (
            named({"d": "in", "e": "1"}, {"m": "a", "e": "1"}),
            {"m": "a", "d": "in", "e": "1"},
            "c1",
        ),
        (
            named({"m": "a", "e": "1"}, {"m": "a", "d": "in"}),
            {"m": "a", "d": "in", "e": "1"},
            "c1",
        ),
        # Any value, also none.
        (named({"m": "*"}), {"m": "a"}, "c0"),
        (named({"m": None}), {"m": "a"}, "c0"),
        (named({"m": "*", "d": "in"}, {"m": "a"}), {"m": "a", "d": "in"}, "c1"),
        (named({"m": "*"}), {}, "c0"),
        (named({"m": "a"}), {}, None),
        (named({"m": "a"}), {"m": None}, None),
        (named({"m": "a"}, {}), {"m": None}, "c1"),
        # Texts are compared: a number as it is written.
        (named({"m": 1}), {"m": "1"}, "c0"),
        (named({"m": "1"}), {"m": 1}, "c0"),
        (named({"m": 1}), {"m": 1.0}, None),
        (named({"m": True}), {"m": "true"}, "c0"),
        (named({"m": "true"}), {"m": True}, "c0"),
        (named({"m": "A"}), {"m": "a"}, None),
        (named({"m": ""}), {"m": ""}, "c0"),
        (named({"m": "a "}), {"m": "a"}, None),
        # A star in an event is a value like others: only what names nothing has it.
        (named({"m": "a"}, {}), {"m": "*"}, "c1"),
        # A path, and a key that is written as one.
        (named({"$.u.v": "a"}), {"u": {"v": "a"}}, "c0"),
        (named({"$.u.v": "a"}), {"u": {"v": "b"}, "$.u.v": "a"}, "c0"),
        (named({"$.u.v": "a"}), {"u": "a"}, None),
    ],
)
def test_cell_of_event(cells: dict[str, Row], properties: Row, expected: str | None) -> None:
    """The one that names most of what the event has."""
    inputs = matrix(cells, properties=("m", "d", "e", "$.u.v"))
    inputs["usage_events"] = [event("t", "2024-01-02", n=1, **properties)]
    marts = january(inputs)
    assert [line["cell_id"] for line in marts["line_items"]] == [expected]
    assert outcomes(marts) == ["RATED" if expected else "NOT_PRICED"]


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        # m, then d; and the other way round.
        (("1", "2"), "c0"),
        (("2", "1"), "c1"),
        (("10", "9"), "c1"),
        (("-1", "0"), "c0"),
        # Without a position a dimension is the last; of two without one d comes before m.
        ((None, "5"), "c1"),
        (("5", None), "c0"),
        ((None, None), "c1"),
        # So it is with one position for both.
        (("3", "3"), "c1"),
    ],
)
def test_positions(positions: tuple[str | None, ...], expected: str) -> None:
    """The dimension of the lower position decides between cells that name as many."""
    inputs = matrix(BOTH, (1, "m=a", "d=in"), properties=("m", "d"))
    for row, position in zip(inputs["price_dimensions"], positions, strict=True):
        row["position"] = position
    assert [cell_id for cell_id, _ in owed(inputs)] == [expected]


# Aggregations


@pytest.mark.parametrize(
    ("aggregation", "cells", "uses", "expected"),
    [
        # The highest of each: 5; 7.
        ("MAX", flat(x="1", y="1"), ((5, "m=x"), (3, "m=x"), (7, "m=y")), "5 7"),
        # Shared they add up: 90 and 60.
        ("MAX", XY, ((90, "m=x"), (3, "m=x"), (60, "m=y")), "75 100"),
        # The last of each.
        ("LATEST", flat(x="1", y="1"), ((5, "m=x"), (7, "m=y"), (3, "m=x")), "3 7"),
        # Different values of each: one value in two cells counts in both.
        ("UNIQUE_COUNT", flat(x="1", y="1"), ((5, "m=x"), (5, "m=x"), (5, "m=y")), "1 1"),
        ("COUNT", flat(x="1", y="10"), ((5, "m=x"), (5, "m=x"), (5, "m=y")), "2 10"),
    ],
)
def test_aggregations(aggregation: str, cells: dict[str, Row], uses: Use, expected: str) -> None:
    """Each cell has its own value."""
    inputs = matrix(cells, *uses, aggregation=aggregation)
    assert [amount for _, amount in owed(inputs)] == expected.split()


# Within a period


def changed_to(
    inputs: Inputs, cells: dict[str, Row], *uses: tuple[object, ...], **terms: str
) -> Inputs:
    """Override the list price from 16 January on, by cells if there are some, and use it after."""
    inputs["contract_prices"] = [override("x1", started_at="2024-01-16", **terms)]
    if cells:
        add_matrix(inputs, X1, ("m",), cells)
    use(inputs, *uses, day=20)
    return inputs


ANY = {"z": {"charge_model": "GRADUATED", "tiers": [("100", "3"), (None, "1")]}}


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        # 10 x 1; 10 x 2 at the new cells.
        (
            changed_to(matrix(flat(x="1"), (10, "m=x")), flat(x="2"), (10, "m=x")),
            [("x", "10"), ("x", "20")],
        ),
        # Tiers go on from 90, which z has too: 10 x 3 + 50 x 1.
        (
            changed_to(matrix(XY, (90, "m=x")), ANY, (60, "m=y")),
            [("x", "90"), ("z", "80")],
        ),
        # No cell of the new ones has x: y begins at 0: 60 x 2.
        (
            changed_to(matrix(XY, (90, "m=x")), {"y": XY["y"]}, (60, "m=y")),
            [("x", "90"), ("y", "120")],
        ),
        # The old ones had no cell for y: it is not rated, and counts nowhere: 10 x 3.
        (
            changed_to(matrix(flat(x="1"), (90, "m=x"), (80, "m=y")), ANY, (10, "m=y")),
            [("x", "90"), ("z", "30")],
        ),
        # Shared over two spans: 60 owe 60; 100 owe 100 at x's, 200 at y's tiers: of what the last
        # 40 owe, 40 and 80, x has 10 / 40 and y 30 / 40.
        (
            changed_to(matrix(XY, (60, "m=x")), XY, (10, "m=x"), (30, "m=y"), minimum_amount="0"),
            [("x", "60"), ("x", "10"), ("y", "60")],
        ),
        # For itself: 60; 10; 30 x 2.
        (
            changed_to(
                matrix(XY, (60, "m=x")),
                *(XY, (50, "m=x"), (30, "m=y")),
                tiers_per="CELL",
            ),
            # x from 60 to 110: 40 x 1 + 10 x 0.50; 30 x 2.
            [("x", "60"), ("x", "45"), ("y", "60")],
        ),
        # 15 are free: y's 10 in the first span, then 5 of x, which comes before y.
        (
            changed_to(
                matrix(flat(x="1", y="2"), (10, "m=y"), free_quantity="15"),
                *(flat(x="1", y="3"), (10, "m=x"), (10, "m=y")),
            ),
            [("y", "0"), ("x", "5"), ("y", "30")],
        ),
        # A flat amount is owed in the period's first span only: 5 + 7; 5.
        (
            changed_to(
                matrix(WITH_FLATS, (5, "m=x"), tiers_per="CELL"),
                *(tiered("GRADUATED", y=[(None, "1", "9")]), (5, "m=y")),
            ),
            [("x", "12"), ("y", "5")],
        ),
        # Packages for itself: 6 and 6 of x are 2 of 10: 5, then 5.
        (
            changed_to(
                matrix(PACKAGES, (6, "m=x"), package_size="10", tiers_per="CELL"),
                *(PACKAGES, (6, "m=x"), (1, "m=y")),
                package_size="10",
                minimum_amount="0",
            ),
            [("x", "5"), ("x", "5"), ("y", "8")],
        ),
        # Volume: 12 in the period are in the second tier of both spans: 8 x 1; 4 x 3.
        (
            changed_to(matrix(VOLUMES, (8, "m=x")), VOLUMES, (4, "m=y"), minimum_amount="0"),
            [("x", "8"), ("y", "12")],
        ),
        # An override without cells has none: all 90 count: from 90 to 150 at 1 to 100, then 2.
        (
            changed_to(matrix(flat(x="1"), (90, "m=x")), {}, (60, "m=y"), charge_model="GRADUATED"),
            None,
        ),
        # One that gives no price keeps the cells: 10 at half the price.
        (
            changed_to(matrix(flat(x="1"), (10, "m=x")), {}, (10, "m=x"), discount_percent="50"),
            [("x", "10"), ("x", "5")],
        ),
        # By the event: the one free event is used up before.
        (
            changed_to(
                matrix(CARDS, (50, "m=y"), **BY_EVENT, free_events="1"),
                *(CARDS, (100, "m=x")),
                charge_model="PERCENTAGE",
                free_events="1",
                minimum_amount="0",
            ),
            [("y", "0"), ("x", "3.2")],
        ),
    ],
)
def test_changes(inputs: Inputs, expected: list[tuple[str, str]] | None) -> None:
    """Another matrix in the middle of a month goes on where the first one ends."""
    if expected is None:
        add_tiers(inputs, X1, ("100", "1"), (None, "2"))
        expected = [("x", "90"), (None, "110")]
    assert owed(inputs) == expected


def test_cells_after_a_price_without() -> None:
    """90 at 1, before there were cells, count for them: 10 x 3 + 50 x 1."""
    inputs = basic("1", "EVENT", products={"agg_property": "n"})
    use(inputs, (90, "m=x"))
    changed_to(inputs, ANY, (60, "m=y"))
    assert owed(inputs) == [(None, "90"), ("z", "80")]


def test_one_value_a_period_is_at_the_last_cells() -> None:
    """The highest value of the month is 10, at the price of the override: 20; y has 4 x 5."""
    inputs = matrix(flat(x="1"), (10, "m=x"), aggregation="MAX")
    changed_to(inputs, flat(x="2", y="5"), (3, "m=x"), (4, "m=y"))
    assert owed(inputs) == [("x", "20"), ("y", "20")]


def respelt() -> Inputs:
    """Return an override from 16 January on whose cells say what those of the list price say."""
    again = {
        "x": {**XY["x"], "tiers": [("100", "1.0", "0"), (None, "5e-1")]},
        "y": {**XY["y"], "charge_model": None},
    }
    inputs = matrix(XY, (60, "m=x"), charge_model="GRADUATED")
    changed_to(inputs, again, (90, "m=x"), charge_model="GRADUATED")
    inputs["price_cells"][-1]["cell_values"] = '{"m" : "y"}'
    inputs["price_dimensions"][-1]["position"] = "7"
    return inputs


def test_equal_cells_are_one_span() -> None:
    """An override that says the same in other words cuts nothing: 100 x 1 + 50 x 0.50."""
    assert owed(respelt()) == [("x", "125")]
    assert len(january(respelt())["price_spans"]) == 1


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("price_cells", "cell_values", '{"m": "z"}'),
        ("price_cells", "cell_values", "{}"),
        ("price_cells", "price", "7"),
        ("price_tiers", "unit_price", "7"),
        ("price_tiers", "flat_amount", "7"),
        ("contract_prices", "tiers_per", "CELL"),
        ("contract_prices", "charge_model", "VOLUME"),
        ("contract_prices", "free_events", "1"),
    ],
)
def test_other_cells_are_another_span(name: str, column: str, value: str) -> None:
    """Whatever counts cuts, and nothing else does: GRADUATED uses no price, and no free events."""
    inputs = respelt()
    inputs[name][-1][column] = value
    is_used = column not in ("price", "free_events")
    assert len(january(inputs)["price_spans"]) == 1 + is_used


def test_an_override_gives_all_cells_or_none() -> None:
    """Of the list price's cells none is left."""
    inputs = overridden(matrix(flat(x="1", y="1"), (5, "m=x"), (5, "m=y")))
    add_matrix(inputs, X1, ("m",), flat(x="2"))
    assert owed(inputs) == [("x", "10")]
    assert outcomes(january(inputs)) == ["RATED", "NOT_PRICED"]
    inputs = overridden(matrix(flat(x="1", y="1"), (5, "m=x"), (5, "m=y")), price="3")
    assert owed(inputs) == [(None, "30")]


# Spans without usage


def test_a_month_without_usage() -> None:
    """One line without a cell; by the price's own tiers, if it has some, the first one's flat."""
    [line] = january(matrix(XY))["line_items"]
    assert [line[name] for name in ("cell_id", "charge_model", "price")] == [None, "FLAT", 0]
    inputs = matrix({"x": {"values": {"m": "x"}}}, charge_model="GRADUATED")
    add_tiers(inputs, L1, ("100", "1", "20"), (None, "0.50"))
    [line] = january(inputs)["line_items"]
    assert [line[name] for name in ("charge_model", "price", "amount")] == ["GRADUATED", None, 20]
    # Used, the cell owes it: 10 + 20.
    use(inputs, (10, "m=x"))
    assert owed(inputs) == [("x", "30")]
    # Its own model is one of tiers, but has none: nothing, as at no price.
    inputs = matrix(XY, charge_model="VOLUME")
    [line] = january(inputs)["line_items"]
    assert [line[name] for name in ("charge_model", "price", "amount")] == ["FLAT", 0, 0]


@pytest.mark.parametrize("model", ["FLAT", "PACKAGE", "PERCENTAGE", None])
def test_a_month_without_usage_is_flat(model: str | None) -> None:
    """Whatever the price's own model is, if it has no tiers."""
    cells = {"x": {"values": {"m": "x"}, "price": "2", **FLAT}}
    [line] = january(matrix(cells, charge_model=model))["line_items"]
    assert [line[name] for name in ("charge_model", "price", "amount")] == ["FLAT", 0, 0]


def test_a_span_without_usage_before_one_with() -> None:
    """The first span owes the first tier's flat amount of 20; 10 x 1 in the second one."""
    inputs = matrix({"x": {"values": {"m": "x"}}}, charge_model="GRADUATED")
    add_tiers(inputs, L1, ("100", "1", "20"), (None, "0.50"))
    changed_to(inputs, {}, (10, "m=x"), minimum_amount="0")
    assert owed(inputs) == [(None, "20"), ("x", "10")]


# Several prices of one event


def test_two_contracts() -> None:
    """An event is rated if one of two contracts has a cell for it."""
    inputs = matrix(flat(x="1"), (5, "m=x"), (7, "m=y"), (9, "m=z"))
    inputs["contracts"].append({**inputs["contracts"][0], "id": "k2", "durable_id": "k2"})
    inputs["contract_prices"] = [{**override("x1"), "contract_id": "k2"}]
    add_matrix(inputs, X1, ("m",), flat(x="2", y="3"))
    marts = january(inputs)
    assert outcomes(marts) == ["RATED", "RATED", "NOT_PRICED"]
    assert [row["contract_count"] for row in marts["usage_event_outcomes"]] == [2, 1, 0]
    lines = {(line["contract_id"], line["cell_id"]): line["amount"] for line in marts["line_items"]}
    assert lines == {("k", "x"): 5, ("k2", "x"): 10, ("k2", "y"): 21}


def test_two_products() -> None:
    """Of products without a cell or without a price it is said that there is no cell."""
    inputs = matrix(flat(x="1"), (5, "m=y"))
    inputs["products"].append({**inputs["products"][0], "id": "p2"})
    inputs["list_prices"].append({**inputs["list_prices"][0], "id": "l2", "product_uid": "p2"})
    marts = january(inputs)
    # p2 has no price at all: NO_PRICE.
    [exception] = marts["usage_event_exceptions"]
    assert (exception["product_uid"], exception["detail"]) == ("p1", "no cell")
    # With a price it is rated, and still nobody pays for its use of the other one.
    inputs["list_prices"][1]["price"] = "1"
    marts = january(inputs)
    assert outcomes(marts) == ["RATED"]
    [exception] = marts["usage_event_exceptions"]
    assert [exception[name] for name in ("product_uid", "reason", "is_event_rated")] == [
        *("p1", "NOT_PRICED", True),
    ]


def test_usage_by_day() -> None:
    """Each line has its own usage."""
    inputs = matrix(flat(x="1", y="1"), (5, "m=x"), (7, "m=y"), (2, "m=x"))
    rows = january(inputs)["usage_by_day"]
    assert sorted((row["cell_id"], row["event_count"], row["quantity"]) for row in rows) == [
        ("x", 2, 7),
        ("y", 1, 7),
    ]


# Renewals


@pytest.mark.parametrize(
    ("cells", "terms", "use_", "expected"),
    [
        # 10 x 1.10.
        (flat(x="1"), {}, 10, "11"),
        # A price that a cell takes rises, too: 10 x 2.20.
        ({"x": {}}, {"price": "2"}, 10, "22"),
        # 100 x 1.10 + 50 x 0.55 + 7.70.
        (tiered("GRADUATED", x=[("100", "1", "7"), (None, "0.5")]), {}, 150, "145.2"),
        # 10 % stay; the flat amount rises: 10 + 7.70.
        (tiered("GRADUATED_PERCENTAGE", x=[(None, "10", "7")]), {}, 100, "17.7"),
        # 2.9 % stay, 0.30 rises: 2.90 + 0.33.
        ({"x": CARDS["x"]}, BY_EVENT, 100, "3.23"),
        # 1 % of 50 is below the minimum of 2.20, 1 % of 1000 above the maximum of 5.50.
        ({"x": {"percent_rate": "1", "event_minimum": "2"}}, BY_EVENT, 50, "2.2"),
        ({"x": {"percent_rate": "1"}}, {**BY_EVENT, "event_maximum": "5"}, 1000, "5.5"),
        # 11 in packages of 10: 2 x 5.50.
        ({"x": PACKAGES["x"]}, {"package_size": "10"}, 11, "11"),
        # Rounded once to 10 decimals: 0.0000000005 x 1.1 = 0.00000000055: 0.0000000006.
        (flat(x="0.0000000005"), {}, 100000000, "0.06"),
    ],
)
def test_uplift(cells: dict[str, Row], terms: Row, use_: int, expected: str) -> None:
    """In a renewal the terms of cells rise by 10 percent, as those of a price do."""
    inputs = matrix(cells, (use_, "m=x"), **terms)
    renewal = {"auto_renew": "true", "renewal_uplift_percent": "10", "renewal_term_months": "1"}
    inputs["contracts"][0].update(started_at="2023-12-01", ended_at="2024-01-01", **renewal)
    lines = [line for line in january(inputs)["line_items"] if line["cell_id"]]
    assert [line["amount"] for line in lines] == decimals(expected)


def test_uplift_out_of_range() -> None:
    """A cell's price of 99,999,999 is too large with 10 percent more."""
    inputs = matrix(flat(x="99999999"))
    renewal = {"auto_renew": "true", "renewal_uplift_percent": "10", "renewal_term_months": "1"}
    inputs["contracts"][0].update(started_at="2023-12-01", ended_at="2024-01-01", **renewal)
    assert reasons(january(inputs)) == [("l1", "OUT_OF_RANGE")]


# What is wrong


def with_rows(inputs: Inputs, name: str, *rows: Row) -> Inputs:
    """Add rows to an input of a price."""
    for row in rows:
        number = len(inputs.setdefault(name, []))
        inputs[name].append({"id": f"{name}{number}", **L1, **row})
    return inputs


def with_cell(**cells: str | None) -> Inputs:
    """Return a matrix of a good cell and one with other cells."""
    row = {"cell_id": "y", "cell_values": '{"m": "y"}', "price": "1", **cells}
    return with_rows(matrix(flat(x="1"), (1, "m=x")), "price_cells", row)


SEVEN = tuple("abcdefg")


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (with_cell(), []),
        # Dimensions.
        (with_rows(matrix(flat(x="1")), "price_dimensions", {"position": "1"}), ["BAD_CELLS"]),
        (with_rows(matrix(flat(x="1")), "price_dimensions", {"property": "m"}), ["BAD_CELLS"]),
        (matrix(named({"a": "1"}), properties=SEVEN[:6]), []),
        (matrix(named({"a": "1"}), properties=SEVEN), ["BAD_CELLS"]),
        (matrix(named({}), properties=()), ["BAD_CELLS"]),
        (matrix({}, price="1"), ["BAD_CELLS"]),
        # Ids and values of cells.
        (with_cell(cell_id=None), ["BAD_CELLS"]),
        (with_cell(cell_id="x"), ["BAD_CELLS"]),
        (with_cell(cell_values=None), []),
        (with_cell(cell_values="{}"), []),
        (with_cell(cell_values="[1]"), ["BAD_CELLS"]),
        (with_cell(cell_values="null"), ["BAD_CELLS"]),
        (with_cell(cell_values="m=y"), ["BAD_CELLS"]),
        (with_cell(cell_values='{"m": ["y"]}'), ["BAD_CELLS"]),
        (with_cell(cell_values='{"m": {"y": 1}}'), ["BAD_CELLS"]),
        (with_cell(cell_values='{"d": "y"}'), ["BAD_CELLS"]),
        (with_cell(cell_values='{"d": null}'), ["BAD_CELLS"]),
        (with_cell(cell_values='{"m": "x"}'), ["BAD_CELLS"]),
        (matrix(named({"m": "*"}, {})), ["BAD_CELLS"]),
        (matrix(named({"m": 1}, {"m": "1"})), ["BAD_CELLS"]),
        (matrix(named({"m": 1}, {"m": 1.5})), []),
        # Products.
        (matrix(flat(x="1"), aggregation="WEIGHTED_SUM"), ["BAD_CELLS"]),
        # Charge models and tiers.
        (with_cell(charge_model="PERCENTAGE", percent_rate="1"), ["BAD_CELLS"]),
        (matrix(CARDS, **BY_EVENT), []),
        (
            with_rows(matrix(flat(x="1")), "price_tiers", {"cell_id": "y", "unit_price": "1"}),
            ["BAD_CELLS"],
        ),
        (matrix(flat(x="1"), tiers_per="CELL"), []),
        (matrix(flat(x="1"), tiers_per="BOTH"), ["BAD_CELLS"]),
        # Several reasons at once.
        (with_cell(cell_id=None, price=None), ["BAD_CELLS", "NO_PRICE"]),
        # No price.
        (matrix({"x": {}}), ["NO_PRICE"]),
        (with_cell(charge_model="PACKAGE"), ["NO_PRICE"]),
        (with_cell(charge_model="GRADUATED", price=None), ["NO_PRICE"]),
        (matrix(tiered("VOLUME", x=[(None, None)])), ["NO_PRICE"]),
        (matrix({"x": {}}, **BY_EVENT), ["NO_PRICE"]),
        # Unknown models: what is meant by more than a price?
        (with_cell(charge_model="LOTTERY"), ["UNKNOWN_CHARGE_MODEL"]),
        (with_cell(package_size="10"), ["UNKNOWN_CHARGE_MODEL"]),
        (with_cell(fixed_amount="1"), ["UNKNOWN_CHARGE_MODEL"]),
        (matrix(flat(x="1"), event_minimum="1"), ["UNKNOWN_CHARGE_MODEL"]),
        (matrix(flat(x="1"), free_events="1"), ["UNKNOWN_CHARGE_MODEL"]),
        (
            with_rows(matrix(flat(x="1")), "price_tiers", {"unit_price": "1"}),
            ["UNKNOWN_CHARGE_MODEL"],
        ),
        # What the price says is not asked where each cell says its own.
        (matrix({"x": {**FLAT, "price": "1"}}, charge_model="LOTTERY"), []),
        (matrix(flat(x="1"), price="0.12345678901"), []),
        # Ranges.
        (with_cell(price="100000000"), ["OUT_OF_RANGE"]),
        (matrix({"x": {}}, price="0.12345678901"), ["OUT_OF_RANGE"]),
        (with_cell(charge_model="PACKAGE", package_size="0"), ["OUT_OF_RANGE"]),
        (with_cell(charge_model="FLAT", package_size="0"), []),
        (matrix(tiered("VOLUME", x=[("0", "1")])), ["OUT_OF_RANGE"]),
        (matrix(tiered("VOLUME", x=[("5", "1"), ("5", "1")])), ["OUT_OF_RANGE"]),
        (matrix({"x": {"percent_rate": "100000000"}}, **BY_EVENT), ["OUT_OF_RANGE"]),
        (matrix(flat(x="1"), price_per="0"), ["OUT_OF_RANGE"]),
        (matrix(CARDS, **BY_EVENT, free_events="1.5"), ["OUT_OF_RANGE"]),
        # Shared bounds and sizes must agree, also those of two models.
        (matrix(tiered("VOLUME", x=[("5", "1")], y=[("6", "1")])), ["OUT_OF_RANGE"]),
        (matrix(tiered("VOLUME", x=[("5", "1")], y=[(None, "1")])), ["OUT_OF_RANGE"]),
        (matrix(tiered("VOLUME", x=[("5", "1")], y=[("6", "1")]), tiers_per="CELL"), []),
        (
            matrix({**tiered("VOLUME", x=[("5", "1")]), **tiered("GRADUATED", y=[("5.0", "1")])}),
            [],
        ),
        (
            matrix({**tiered("VOLUME", x=[("5", "1")]), **tiered("GRADUATED", y=[("6", "1")])}),
            ["OUT_OF_RANGE"],
        ),
        (
            matrix(
                {"x": {**PACKAGES["x"], "package_size": "3"}, "y": PACKAGES["y"]}, package_size="4"
            ),
            ["OUT_OF_RANGE"],
        ),
        # Tiers and packages need not agree with each other.
        (
            matrix({"x": PACKAGES["x"], **tiered("GRADUATED", y=[("5", "1")])}, package_size="4"),
            [],
        ),
        # By the event there must be events.
        (matrix(CARDS, **BY_EVENT, aggregation="MAX"), ["PERCENTAGE_WITHOUT_EVENTS"]),
        # A minimum above the maximum of a cell is billed, and reported.
        (
            matrix(
                {"x": {"percent_rate": "1", "event_minimum": "2", "event_maximum": "1"}}, **BY_EVENT
            ),
            ["MINIMUM_ABOVE_MAXIMUM"],
        ),
    ],
)
def test_what_is_wrong(inputs: Inputs, expected: list[str]) -> None:
    """Nobody guesses: the price is withheld, and says why."""
    marts = january(inputs)
    assert reasons(marts) == [("l1", reason) for reason in expected]
    is_billed = not expected or expected == ["MINIMUM_ABOVE_MAXIMUM"]
    assert bool(marts["line_items"]) == is_billed
    assert untrue_labels(marts) == []


def test_a_fee_has_no_cells() -> None:
    """Cells are for usage."""
    inputs = basic("1")
    add_matrix(inputs, L1, ("m",), flat(x="1"))
    assert reasons(january(inputs)) == [("l1", "BAD_CELLS")]


def test_tiers_of_cells_without_cells() -> None:
    """A price without a matrix has no cells that tiers could be for; tiers_per it does not read."""
    inputs = basic("1", "EVENT", list_prices={"charge_model": "FLAT", "tiers_per": "BOTH"})
    assert reasons(january(inputs)) == []
    add_tiers(inputs, {**L1, "cell_id": "x"}, ("5", "1"))
    assert reasons(january(inputs)) == [("l1", "BAD_CELLS")]


def test_on_which_row_it_is_reported() -> None:
    """On the contract price, if there is one."""
    inputs = overridden(matrix({**named({}, {})}), discount_percent="10")
    assert reasons(january(inputs)) == [("x1", "BAD_CELLS")]
    inputs = overridden(matrix(flat(x="1")))
    add_matrix(inputs, X1, ("m", "m"), flat(x="1"))
    assert reasons(january(inputs)) == [("x1", "BAD_CELLS")]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        *(("price_cells", column) for column in ("price", "package_size", "percent_rate")),
        *(("price_cells", column) for column in ("fixed_amount", "event_minimum", "is_deleted")),
        ("price_dimensions", "position"),
        ("price_tiers", "flat_amount"),
    ],
)
def test_unreadable_cells(name: str, column: str) -> None:
    """What cannot be read withholds the price, and is reported where it is."""
    inputs = matrix({**XY}, *XY_USES)
    inputs[name][0][column] = "much"
    marts = january(inputs)
    assert reasons(marts) == [(inputs[name][0]["id"], "UNPARSABLE_CELL")]
    assert marts["line_items"] == []
    assert untrue_labels(marts) == []


@pytest.mark.parametrize("name", ["price_dimensions", "price_cells", "price_tiers"])
def test_parts_of_nothing(name: str) -> None:
    """A row that belongs to no price is reported, and changes nothing."""
    inputs = matrix(XY, *XY_USES)
    inputs[name].append({"id": "lost", "contract_price_uid": "nobody"})
    marts = january(inputs)
    assert reasons(marts) == [("lost", "UNKNOWN_REFERENCE")]
    assert [line["amount"] for line in marts["line_items"]] == [75, 100]


def test_versions() -> None:
    """Cells are rows like others: the highest version counts, and a branch has its own."""
    inputs = matrix(flat(x="1", y="1"), (5, "m=x"), (5, "m=y"))
    first, second = inputs["price_cells"]
    inputs["price_cells"] += [
        {**first, "version": "1", "price": "2"},
        {**second, "version": "1", "is_deleted": "true"},
        {**first, "version": "1", "price": "3", "branch": "dev"},
    ]
    assert owed(inputs) == [("x", "10")]
    marts = january(inputs, branch="dev")
    assert [line["amount"] for line in marts["line_items"]] == [15]


# Marts


def test_prices() -> None:
    """A price by cells has none of its own, and nothing is above it."""
    inputs = overridden(matrix(flat(x="1"), price="5"), price="99")
    marts = january(inputs)
    assert reasons(marts) == []
    [price] = marts["prices"]
    assert (price["price"], price["list_price"], price["charge_model"]) == (99, None, "FLAT")
    inputs = overridden(matrix(XY, charge_model="GRADUATED"))
    [price] = january(inputs)["prices"]
    assert (price["price"], price["charge_model"]) == (None, "GRADUATED")
    inputs = overridden(basic("5", "EVENT"))
    add_matrix(inputs, X1, ("m",), flat(x="99"))
    marts = january(inputs)
    assert reasons(marts) == []
    assert [price["price"] for price in marts["prices"]] == [None]


def test_lines_of_cells() -> None:
    """A line has the price, the model and the id of its cell; the true-up is of none."""
    marts = january(matrix({**flat(x="2"), **THIRDS}, (3, "m=x"), minimum_amount="99"))
    line, rest = sorted(marts["line_items"], key=lambda line: line["line_type"], reverse=True)
    names = ("line_type", "cell_id", "charge_model", "price", "amount")
    assert [line[name] for name in names] == ["usage", "x", "FLAT", 2, 6]
    assert [rest[name] for name in names] == ["minimum_true_up", None, "FLAT", None, 93]
    assert line["line_item_id"] != rest["line_item_id"]


# Quotes


def quoted(cells: dict[str, Row], quantity: str, **terms: str | None) -> Inputs:
    """Return a quote of the pricebook with an override by cells, and assumed usage."""
    inputs = basic("1", "EVENT", products={"agg_property": "n"})
    dates = {"started_at": "2024-01-01", "ended_at": "2024-02-01"}
    cells_of_quote = {"id": "q1", "durable_id": "q", "customer_id": "c1", "pricebook_id": "b"}
    inputs["quotes"] = [{**cells_of_quote, **dates, "state": "SENT"}]
    inputs["quote_prices"] = [{"id": "qp", "quote_id": "q", **L1, **terms}]
    add_matrix(inputs, {"contract_price_uid": "quote:qp"}, ("m",), cells)
    assumed = {"quote_id": "q", "product_uid": "p1", "quantity": quantity}
    inputs["quote_usage"] = [{"id": "qu", **assumed}]
    return inputs


@pytest.mark.parametrize(
    ("cells", "quantity", "expected"),
    [
        # The cell that any event has: 10 x 3.
        ({**flat(x="1"), "z": {"price": "3"}}, "10", [("z", 10, 30)]),
        ({**flat(x="1"), "z": {"values": {"m": "*"}, "price": "3"}}, "10", [("z", 10, 30)]),
        # There is none: nothing is assumed.
        (flat(x="1", y="2"), "10", [(None, 0, 0)]),
        # Nothing is assumed of it.
        ({"z": {"price": "3"}}, "0", [(None, 0, 0)]),
        # 100 x 3 + 50 x 1, alone in the price.
        (ANY, "150", [("z", 150, 350)]),
        # One event: 1 % of 150.
        ({"z": {"charge_model": "PERCENTAGE", "percent_rate": "1"}}, "150", [("z", 150, "1.5")]),
    ],
)
def test_assumed_usage(cells: dict[str, Row], quantity: str, expected: list[Use]) -> None:
    """What a quote assumes is no event, and has no properties."""
    marts = january(quoted(cells, quantity))
    lines = [
        (line["cell_id"], line["quantity"], line["amount"]) for line in marts["quote_line_items"]
    ]
    assert lines == [(cell_id, count, Decimal(amount)) for cell_id, count, amount in expected]
    assert {line["event_count"] for line in marts["quote_line_items"]} == {0}


def test_limits_of_quotes_do_not_look_at_cells() -> None:
    """What one unit costs is no single price."""
    inputs = quoted({"z": {"price": "0.1"}}, "10", discount_percent="50")
    inputs["pricebooks"][0]["maximum_discount_percent"] = "10"
    inputs["list_prices"][0]["floor_price"] = "1"
    assert reasons(january(inputs)) == []


@pytest.mark.parametrize(
    ("cells", "is_kept"),
    [
        (XY, True),
        ({"x": XY["x"]}, False),
        ({**XY, "y": {**XY["y"], "tiers": [("100", "2"), (None, "1.5")]}}, False),
        ({"x": XY["x"], "z": XY["y"]}, False),
        ({}, False),
    ],
)
def test_quotes_that_differ(cells: dict[str, Row], is_kept: bool) -> None:
    """Another matrix is another price."""
    inputs = quoted(XY, "10")
    inputs["quotes"][0]["state"] = "ACCEPTED"
    inputs["contracts"][0].update(quote_id="q", ended_at="2024-02-01")
    overridden(inputs)
    if cells:
        add_matrix(inputs, X1, ("m",), cells)
    assert (("k1", "QUOTE_DIFFERS") in reasons(january(inputs))) != is_kept


# Random cases


def rounded_once(lines: list[Row]) -> bool:
    """Tell whether the lines of a span that is not capped are its parts, rounded in their sum."""
    exact = sum((line["amount_unrounded"] for line in lines), Fraction(0))
    total = sum((line["amount"] for line in lines), Decimal(0))
    places = max(-line["amount"].as_tuple().exponent for line in lines)
    return total == round_fraction(exact, places)


@pytest.mark.long
def test_random_cases() -> None:
    """Labels are true, nothing gets lost in cells, and there is enough of everything."""
    found: dict[str, int] = defaultdict(int)
    for seed in range(90):
        era = list(ERAS)[seed % len(ERAS)]
        inputs = random_case(seed, "q001_", [era], FEATURES)
        as_of = ERAS[era][0] + timedelta(days=random.Random(seed).randint(100, 400))
        marts = compute(inputs, {"as_of": f"{as_of}T00:00:00Z"})
        assert untrue_labels(marts) == [], f"seed {seed}"
        spans, periods = defaultdict(list), defaultdict(set)
        for line in marts["line_items"]:
            if line["cell_id"] is None:
                continue
            spans[line["span_id"]].append(line)
            periods[line["lineage_id"], line["nominal_start_date"]].add(line["effective_at"])
            found[line["charge_model"]] += 1
            found["free"] += bool(line["free_quantity_used"])
            found["negative"] += line["quantity"] < 0
            found["capped"] += line["is_capped"]
            found["discounted"] += bool(line["discount_amount"])
        for lines in spans.values():
            assert len({line["cell_id"] for line in lines}) == len(lines)
            found["several cells"] += len(lines) > 1
            if not any(line["is_capped"] for line in lines):
                alone = all(rounded_once([line]) for line in lines)
                assert alone or rounded_once(lines), f"seed {seed}"
                found["shared"] += not alone
        found["several spans"] += sum(len(begins) > 1 for begins in periods.values())
        for row in marts["usage_event_exceptions"]:
            found["no cell"] += row.get("detail") == "no cell"
        for row in marts["quote_line_items"]:
            found["quoted"] += row["cell_id"] is not None
        for row in marts["withheld_prices"]:
            found[row["reason"]] += 1
    for kind in ("FLAT", "GRADUATED", "VOLUME", "PACKAGE", "PERCENTAGE", "free", "BAD_CELLS"):
        assert found[kind] > 40, kind
    for kind in ("several cells", "several spans", "no cell", "capped", "discounted"):
        assert found[kind] > 30, kind
    for kind in ("GRADUATED_PERCENTAGE", "quoted", "negative", "shared"):
        assert found[kind] > 5, kind


def test_cells_leave_other_cases_as_they_are() -> None:
    """Without them a case is as it was; with them it is another one, the same each time."""
    others = [feature for feature in FEATURES if feature != MATRIX]
    changed = 0
    for seed in range(20):
        plain, rich, again = (
            random_case(seed, "q001_", list(ERAS), features)
            for features in (others, FEATURES, FEATURES)
        )
        assert rich == again
        assert not plain["price_cells"]
        changed += rich != plain
    assert changed > 15
