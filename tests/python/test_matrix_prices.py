"""Worked amounts of matrix prices, the arithmetic beside them: one contract each, in one build.

All contracts are monthly in 2024 (UTC, USD, CALENDAR, in arrears) unless they say otherwise; what
is compared are the lines of January, as `cell amount`, `-` for a line without a cell.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from conftest import Warehouse
from input_tables import Builder, Inputs, combined, event, row
from test_charge_models import RENEWED, tier_rows

AS_OF = "2024-02-01T06:00:00Z"
# Tiers of a cell or of the price, as in test_charge_models.
HALVED = "100:1 :0.5"
Cells = dict[str, tuple[str, dict[str, str]]]
# Prices per million of two kinds of tokens, and of all others.
TOKENS: Cells = {
    "a-in": ("model=a direction=in", {"price": "2.50"}),
    "a-out": ("model=a direction=out", {"price": "10"}),
    "other": ("", {"price": "0.50"}),
}
PER_MILLION = {"price_per": "1000000"}
XY: Cells = {"x": ("model=x", {}), "y": ("model=y", {})}


@dataclass(frozen=True)
class Case:
    """A matrix, usage in January 2024 as `day quantity model direction`, and what its lines owe."""

    name: str
    why: str
    owed: str
    cells: Cells
    usage: tuple[str, ...]
    price: dict[str, str] = field(default_factory=dict)
    tiers: dict[str, str] = field(default_factory=dict)
    override: dict[str, str] = field(default_factory=dict)
    override_cells: Cells = field(default_factory=dict)
    override_tiers: dict[str, str] = field(default_factory=dict)
    contract: dict[str, str] = field(default_factory=dict)
    dimensions: str = "model direction"
    is_amended: bool = False

    def inputs(self) -> Inputs:
        """Return the rows of the case."""
        name = self.name
        contract = {
            "customer_id": name,
            "pricebook_id": name,
            "started_at": "2024-01-01",
            **self.contract,
        }
        later = {**contract, "effective_at": "2024-01-15", "payment_terms_days": "9"}
        override = f"{name}_override"
        matrices = [
            ("list_price_uid", name, self.cells, self.tiers),
            ("contract_price_uid", override, self.override_cells, self.override_tiers),
        ]
        parts: list[Inputs] = [
            {
                "price_dimensions": [
                    {"id": f"{uid}_{place}", column: uid, "position": str(place), "property": one}
                    for place, one in enumerate(self.dimensions.split())
                ]
                * bool(cells),
                "price_cells": [
                    {
                        "id": f"{uid}_{cell}",
                        column: uid,
                        "cell_id": cell,
                        "cell_values": values_of(values),
                        **terms,
                    }
                    for cell, (values, terms) in cells.items()
                ],
                "price_tiers": [
                    {**tier, "id": f"{uid}_{cell}_{tier['id']}", "cell_id": cell or None}
                    for cell, given in tiers.items()
                    for tier in tier_rows(given, **{column: uid})
                ],
            }
            for column, uid, cells, tiers in matrices
        ]
        return combined(
            *parts,
            {
                "customers": [row(name)],
                "pricebooks": [row(name)],
                "list_prices": [
                    row(name, pricebook_uid=name, **{"product_uid": "tokens", **self.price})
                ],
                "contracts": [row(name, **contract)]
                + [{"id": f"{name}_amended", "durable_id": name, **later}] * self.is_amended,
                "contract_prices": [
                    row(override, contract_id=name, list_price_uid=name, **self.override)
                ]
                * bool(self.override or self.override_cells),
                "usage_events": [
                    event(
                        f"{name}-{number}",
                        name,
                        f"2024-01-{day}T12:00:{number:02}Z",
                        name="call",
                        tokens=quantity,
                        **dict(zip(("model", "direction"), values, strict=False)),
                    )
                    for number, (day, quantity, *values) in enumerate(
                        use.split() for use in self.usage
                    )
                ],
            },
        )


def values_of(text: str) -> str | None:
    """Return `model=a direction=in` as a JSON object; none for an empty text."""
    return json.dumps(dict(pair.split("=") for pair in text.split())) if text else None


def flat(name: str, why: str, owed: str, *usage: str, **more: object) -> Case:
    """Return a case of the prices per million."""
    price = {**PER_MILLION, **more.pop("price", {})}
    return Case(f"flat_{name}", why, owed, more.pop("cells", TOKENS), usage, price, **more)


def shared(name: str, why: str, owed: str, *usage: str, **more: object) -> Case:
    """Return a case of x at 1, above 100 at 0.50, and y at twice that, by all usage together."""
    price = {"charge_model": "GRADUATED", **more.pop("price", {})}
    tiers = more.pop("tiers", {"x": HALVED, "y": "100:2 :1"})
    return Case(f"shared_{name}", why, owed, more.pop("cells", XY), usage, price, tiers, **more)


THREE = ("10 1234567 a in", "10 345678 a out", "10 2000000 b in")
MID_MONTH = ("10 90 x", "20 60 y")
SPLIT: Cells = {"p": ("model=p", {}), "q": ("model=q", {}), "r": ("model=r", {})}
ONE_EACH = ("10 1 p", "10 1 q", "10 1 r")
BY_EVENT = {"charge_model": "PERCENTAGE", "percent_rate": "2.9"}
FROM_15 = {"started_at": "2024-01-15"}

CASES = (
    # FLAT: each cell for itself
    flat(
        "per_million",
        "1.234567 x 2.5 = 3.0864175; 0.345678 x 10; 2 x 0.5",
        "a-in 3.09, a-out 3.46, other 1",
        *THREE,
    ),
    flat("zero", "nothing used", "- 0"),
    flat("no_quantity", "an event of 0", "a-in 0", "10 0 a in"),
    flat(
        "correction",
        "0.9 x 2.5; -0.1 x 10",
        "a-in 2.25, a-out -1",
        "10 900000 a in",
        "20 -100000 a out",
    ),
    flat(
        "free",
        "a-in 1.234567 free, a-out 0.065433: 0.280245 x 10; 1",
        "a-in 0, a-out 2.80, other 1",
        *THREE,
        price={"free_quantity": "1300000"},
    ),
    flat(
        "free_once",
        "1 free, then 0.3: 0.7 x 10; other x 0.5",
        "a-out 0, a-out 7, other 0.50",
        "10 1000000 a out",
        "20 1000000 a out",
        "20 1000000 b in",
        price={"free_quantity": "1300000"},
        is_amended=True,
    ),
    flat(
        "discount",
        "3.0864175 x 0.9 = 2.77777575; 3.45678 x 0.9 = 3.111102; 0.9",
        "a-in 2.78, a-out 3.11, other 0.90",
        *THREE,
        override={"discount_percent": "10"},
    ),
    flat(
        "fixed_discount",
        "5: 3.0864175, then 1.9135825 of 3.45678",
        "a-in 0, a-out 1.54, other 1",
        *THREE,
        override={"discount_amount": "5"},
    ),
    flat(
        "maximum",
        "at most 6: 3.09, 2.91, nothing",
        "a-in 3.09, a-out 2.91, other 0",
        *THREE,
        price={"maximum_amount": "6"},
    ),
    flat(
        "minimum",
        "7.55, and 2.45 to 10",
        "a-in 3.09, a-out 3.46, other 1, - 2.45",
        *THREE,
        price={"minimum_amount": "10"},
    ),
    flat(
        "yen",
        "3.0864175 yen; 3.45678; 1",
        "a-in 3, a-out 3, other 1",
        *THREE,
        contract={"currency": "JPY"},
    ),
    flat(
        "dinar",
        "3.0864175 dinar; 3.45678; 1",
        "a-in 3.086, a-out 3.457, other 1",
        *THREE,
        contract={"currency": "KWD"},
    ),
    flat(
        "uplift",
        "2.5 x 1.21 = 3.025: 3.734565175; 12.1: 4.1827038; 0.605: 1.21",
        "a-in 3.73, a-out 4.18, other 1.21",
        *THREE,
        contract=RENEWED,
    ),
    flat(
        "overridden",
        "an override gives all cells: 1 x 3; no cell for others",
        "all-a 3",
        "10 1000000 a in",
        "10 1000000 b in",
        override_cells={"all-a": ("model=a", {"price": "3"})},
    ),
    flat(
        "override_without_cells",
        "one price for all: 2 x 4",
        "- 8",
        "10 1000000 a in",
        "10 1000000 b in",
        override={"price": "4"},
    ),
    flat(
        "overridden_within",
        "1 x 2.5; from the 15th 1 x 3",
        "a-in 2.50, all-a 3",
        "10 1000000 a in",
        "20 1000000 a in",
        override=FROM_15,
        override_cells={"all-a": ("model=a", {"price": "3"})},
    ),
    flat(
        "free_over_matrices",
        "1 free in a-in; then 0.5 free, 0.5 x 3",
        "a-in 0, all-a 1.50",
        "10 1000000 a in",
        "20 1000000 a in",
        price={"free_quantity": "1500000"},
        override=FROM_15,
        override_cells={"all-a": ("model=a", {"price": "3"})},
    ),
    flat(
        "price_of_the_row",
        "a cell without a price has that of the row: 1 x 7",
        "a-in 7",
        "10 1000000 a in",
        cells={"a-in": ("model=a", {})},
        price={"price": "7"},
    ),
    # The cell of an event
    flat(
        "most_named",
        "a in has its own cell, a out that of a",
        "a 2, a-in 1",
        "10 1000000 a in",
        "10 1000000 a out",
        cells={"a": ("model=a", {"price": "2"}), "a-in": ("model=a direction=in", {"price": "1"})},
    ),
    flat(
        "first_dimension",
        "of two that fit equally well, the one that names the first dimension",
        "of-a 2",
        "10 1000000 a in",
        cells={"by-in": ("direction=in", {"price": "1"}), "of-a": ("model=a", {"price": "2"})},
    ),
    flat(
        "first_position",
        "the positions of dimensions decide",
        "by-in 1",
        "10 1000000 a in",
        cells={"by-in": ("direction=in", {"price": "1"}), "of-a": ("model=a", {"price": "2"})},
        dimensions="direction model",
    ),
    flat(
        "any_value",
        "a star, and nothing, are any value",
        "star 1",
        "10 1000000",
        cells={"star": ("model=* direction=*", {"price": "1"})},
    ),
    flat(
        "missing_property",
        "an event without a model only fits any model",
        "other 0.50",
        "10 1000000",
    ),
    # Tiers and packages of all cells together
    shared(
        "two_cells",
        "90 / 150 x (100 + 25); 60 / 150 x (200 + 50)",
        "x 75, y 100",
        "10 90 x",
        "10 60 y",
    ),
    shared("one_cell", "100 + 50 x 0.5", "x 125", "10 150 x"),
    shared("bound", "90 / 100 x 100; 10 / 100 x 200", "x 90, y 20", "10 90 x", "10 10 y"),
    shared("zero", "nothing used", "- 0"),
    shared(
        "per_cell",
        "90 x 1; 60 x 2",
        "x 90, y 120",
        "10 90 x",
        "10 60 y",
        price={"tiers_per": "CELL"},
    ),
    shared(
        "largest_remainder",
        "0.999999 in all is 1.00: 0.34, 0.33, 0.33",
        "p 0.34, q 0.33, r 0.33",
        *ONE_EACH,
        cells=SPLIT,
        tiers={"": ":0.333333"},
    ),
    shared(
        "exact_half",
        "0.115 in all is 0.12: three parts of 0.038333...",
        "p 0.04, q 0.04, r 0.04",
        *ONE_EACH,
        cells=SPLIT,
        tiers={"": "::0.115"},
    ),
    shared(
        "largest_share_of_the_cents",
        "99.997 + 9 x 0.0009 = 100.0051 is 100.01, of which p has 100.0018..., q0 0.0009",
        ", ".join(["p 100.01", *(f"q{number} 0" for number in range(9))]),
        "10 1 p",
        *(f"10 1 q{number}" for number in range(9)),
        cells={"p": ("model=p", {})}
        | {f"q{number}": (f"model=q{number}", {}) for number in range(9)},
        tiers={"p": ":99.997"} | {f"q{number}": ":0.0009" for number in range(9)},
    ),
    shared(
        "amended",
        "90; from the 15th (125 - 90) of x and (250 - 180) of y: y alone has usage",
        "x 90, y 70",
        *MID_MONTH,
        is_amended=True,
    ),
    shared(
        "flat_amounts",
        "first tiers 5: 30 / 40 x (40 + 5); 10 / 40 x (80 + 5)",
        "x 33.75, y 21.25",
        "10 30 x",
        "10 10 y",
        tiers={"x": ":1:5", "y": ":2:5"},
    ),
    shared("no_usage_owes_the_first_tier", "the price's own tiers", "- 5", tiers={"": ":1:5"}),
    shared(
        "free",
        "B = 140: 90 / 150 x 120; 60 / 150 x 240",
        "x 72, y 96",
        "10 90 x",
        "10 60 y",
        price={"free_quantity": "10"},
    ),
    shared(
        "maximum",
        "175, at most 100: 3 / 7 and 4 / 7",
        "x 42.86, y 57.14",
        "10 90 x",
        "10 60 y",
        price={"maximum_amount": "100"},
    ),
    shared(
        "minimum",
        "175, and 25 to 200",
        "x 75, y 100, - 25",
        "10 90 x",
        "10 60 y",
        price={"minimum_amount": "200"},
    ),
    shared(
        "fixed_discount",
        "80: 75 of x, 5 of y",
        "x 0, y 95",
        "10 90 x",
        "10 60 y",
        override={"discount_amount": "80"},
    ),
    shared(
        "discount",
        "75 x 0.9; 100 x 0.9",
        "x 67.50, y 90",
        "10 90 x",
        "10 60 y",
        override={"discount_percent": "10"},
    ),
    shared(
        "correction",
        "Q = 40: 90 / 40 x 40; -50 / 40 x 80",
        "x 90, y -100",
        "10 90 x",
        "10 -50 y",
    ),
    shared(
        "nothing_in_all",
        "Q = 0: the first cell owes its 0",
        "x 0, y 0",
        "10 50 x",
        "10 -50 y",
    ),
    shared(
        "volume",
        "150 is in the second tier: 90 x 0.5; 60 x 1",
        "x 45, y 60",
        "10 90 x",
        "10 60 y",
        price={"charge_model": "VOLUME"},
    ),
    shared(
        "package",
        "15 packages of 10: 90 / 150 x 15; 60 / 150 x 30",
        "x 9, y 12",
        "10 90 x",
        "10 60 y",
        price={"charge_model": "PACKAGE", "package_size": "10"},
        tiers={},
        cells={"x": ("model=x", {"price": "1"}), "y": ("model=y", {"price": "2"})},
    ),
    shared(
        "package_per_cell",
        "1 of 95 in tens; 1 of 61 in tens at 2",
        "x 10, y 14",
        "10 95 x",
        "10 61 y",
        price={"charge_model": "PACKAGE", "package_size": "10", "tiers_per": "CELL"},
        tiers={},
        cells={"x": ("model=x", {"price": "1"}), "y": ("model=y", {"price": "2"})},
    ),
    shared(
        "graduated_percentage",
        "of 150: 90 / 150 x (1 + 0.25); 60 / 150 x (2 + 0.5)",
        "x 0.75, y 1",
        "10 90 x",
        "10 60 y",
        price={"charge_model": "GRADUATED_PERCENTAGE"},
    ),
    shared(
        "mixed",
        "x is FLAT at 3: 90 / 150 x 450; y 60 / 150 x 250",
        "x 270, y 100",
        "10 90 x",
        "10 60 y",
        cells={"x": ("model=x", {"charge_model": "FLAT", "price": "3"}), "y": ("model=y", {})},
        tiers={"y": "100:2 :1"},
    ),
    shared(
        "uplift",
        "tiers x 1.21: 75 x 1.21; 121",
        "x 90.75, y 121",
        "10 90 x",
        "10 60 y",
        contract=RENEWED,
    ),
    # PERCENTAGE: each event for itself, free events in the order of cells
    Case(
        "percentage",
        "100 x 2.9 % + 0.30; 100 x 5 % + 0.30",
        "x 3.20, y 5.30",
        {"x": ("model=x", {}), "y": ("model=y", {"percent_rate": "5"})},
        ("10 100 x", "10 100 y"),
        {**BY_EVENT, "fixed_amount": "0.30"},
    ),
    Case(
        "percentage_free_event",
        "the event of x is free, although that of y is earlier",
        "x 0, y 5",
        {"x": ("model=x", {}), "y": ("model=y", {"percent_rate": "5"})},
        ("09 100 y", "10 100 x"),
        {**BY_EVENT, "free_events": "1"},
    ),
    # Other aggregations
    Case(
        "count",
        "2 x 1; 1 x 2",
        "x 2, y 2",
        {"x": ("model=x", {"price": "1"}), "y": ("model=y", {"price": "2"})},
        ("10 5 x", "11 5 x", "12 5 y"),
        {"product_uid": "counted"},
    ),
    Case(
        "highest",
        "7 x 1; 5 x 2",
        "x 7, y 10",
        {"x": ("model=x", {"price": "1"}), "y": ("model=y", {"price": "2"})},
        ("10 5 x", "11 7 x", "12 5 y"),
        {"product_uid": "highest"},
    ),
    Case(
        "latest",
        "3 x 1; 5 x 2",
        "x 3, y 10",
        {"x": ("model=x", {"price": "1"}), "y": ("model=y", {"price": "2"})},
        ("10 5 x", "11 3 x", "12 5 y"),
        {"product_uid": "latest"},
    ),
    Case(
        "unique",
        "values 5 and 7: 2 x 1; 1 x 2",
        "x 2, y 2",
        {"x": ("model=x", {"price": "1"}), "y": ("model=y", {"price": "2"})},
        ("10 5 x", "11 7 x", "11 5 x", "12 5 y"),
        {"product_uid": "unique"},
    ),
)


@dataclass(frozen=True)
class Wrong:
    """A matrix price that cannot be billed, and why."""

    name: str
    reason: str
    cells: Cells
    price: dict[str, str] = field(default_factory=dict)
    tiers: dict[str, str] = field(default_factory=dict)
    dimensions: str = "model direction"

    def case(self) -> Case:
        """Return it as a case that owes nothing."""
        usage = ("10 5 a in",)
        return Case(
            self.name,
            self.reason,
            "",
            self.cells,
            usage,
            self.price,
            self.tiers,
            dimensions=self.dimensions,
        )


ONE: Cells = {"a": ("model=a", {"price": "1"})}
WRONG = (
    Wrong("no_dimension", "BAD_CELLS", ONE, dimensions=""),
    Wrong("unknown_property", "BAD_CELLS", {"a": ("region=eu", {"price": "1"})}),
    Wrong("one_property_twice", "BAD_CELLS", ONE, dimensions="model model"),
    Wrong("seven_dimensions", "BAD_CELLS", ONE, dimensions="model b c d e f g"),
    Wrong("same_values", "BAD_CELLS", {**ONE, "b": ("model=a direction=*", {"price": "1"})}),
    Wrong("of_a_fee", "BAD_CELLS", ONE, {"product_uid": "fee"}),
    Wrong("of_a_level", "BAD_CELLS", ONE, {"product_uid": "level"}),
    Wrong("per_moon", "BAD_CELLS", ONE, {"tiers_per": "MOON"}),
    Wrong("tier_of_no_cell", "BAD_CELLS", ONE, tiers={"b": ":1"}),
    Wrong("percentage_and_flat", "BAD_CELLS", {**ONE, "b": ("", BY_EVENT)}),
    Wrong("no_cell_price", "NO_PRICE", {**ONE, "b": ("", {})}),
    Wrong("long_price", "OUT_OF_RANGE", {"a": ("", {"price": "0.00000000001"})}),
    Wrong(
        "other_bounds",
        "OUT_OF_RANGE",
        XY,
        {"charge_model": "GRADUATED"},
        {"x": "10:1 :2", "y": "20:1 :2"},
    ),
    Wrong("unknown_model", "UNKNOWN_CHARGE_MODEL", {"a": ("", {"charge_model": "STAIRS"})}),
    Wrong(
        "percentage_of_highest",
        "PERCENTAGE_WITHOUT_EVENTS",
        {"a": ("", BY_EVENT)},
        {"product_uid": "highest"},
    ),
)


@pytest.fixture(scope="module")
def billed(build: Builder) -> Warehouse:
    """Return all cases, built."""
    metered = {"ptype": "EVENT", "event_name": "call", "agg_property": "tokens"}
    products: Inputs = {
        "products": [
            row("fee", name="Fee", ptype="FIXED"),
            row("tokens", name="Tokens", aggregation="SUM", unit_name="tokens", **metered),
            row("level", name="Level", aggregation="WEIGHTED_SUM", **metered),
            row("highest", name="Highest", aggregation="MAX", **metered),
            row("latest", name="Latest", aggregation="LATEST", **metered),
            row("unique", name="Unique", aggregation="UNIQUE_COUNT", **metered),
            row("counted", name="Counted", ptype="EVENT", event_name="call"),
        ]
    }
    cases = (*CASES, *(wrong.case() for wrong in WRONG))
    return build(
        combined(products, *(case.inputs() for case in cases)),
        as_of=AS_OF,
        models=("line_items", "invoices", "pricing_exceptions"),
    )


def cells_of(warehouse: Warehouse, contract_id: str) -> list[tuple[str, Decimal]]:
    """Return the cells and amounts of the lines of January."""
    return warehouse.rows(
        """
        select coalesce(lines.cell_id, '-'), lines.amount
        from ratebook.line_items as lines
        inner join ratebook.invoices as invoices using (invoice_id)
        where lines.contract_id = $1 and invoices.nominal_start_date = '2024-01-01'
        order by lines.line_type desc, lines.effective_at, lines.cell_id
        """,
        [contract_id],
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cells_owe(billed: Warehouse, case: Case) -> None:
    """Each line of January to the cent."""
    owed = [one.split() for one in case.owed.split(", ")]
    assert cells_of(billed, case.name) == [(cell, Decimal(amount)) for cell, amount in owed], (
        case.why
    )


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_wrong_matrices_are_reported(billed: Warehouse, wrong: Wrong) -> None:
    """They bill nothing, and say why."""
    found = billed.rows(
        "select distinct reason from ratebook.pricing_exceptions "
        "where reason != 'NOTHING_TO_BILL' and (id = $1 or contract_id = $1)",
        [wrong.name],
    )
    assert found == [(wrong.reason,)]
    assert cells_of(billed, wrong.name) == []
