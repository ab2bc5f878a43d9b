"""Properties of the macros in which money and quantities are computed, on numbers of any kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from conftest import CASE_STUDY, RANDOM_BATCHES, dbt
from dbt.contracts.graph.manifest import Manifest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.cells import (
    RawNumber,
    UnparsableError,
    decimals_of,
    parse_decimal,
    parse_integer,
    parse_quantity,
    parse_version,
    round_fraction,
)

LINE_LIMIT = 10**12
# The longest schedule in days, and the microseconds of a month: what quantities are divided by.
DIVISORS = st.one_of(st.just(1), st.integers(1, 36_600), st.integers(10**12, 3 * 10**12))
PRICES = st.decimals(-99_999_999, 99_999_999, places=10)
NUMERATORS = st.integers(-(10**24), 10**24)
PERCENTS = st.decimals(0, 100, places=2)
UNROUNDED = st.one_of(
    st.decimals(-LINE_LIMIT, LINE_LIMIT, places=20),
    # Halves, and what is as near to them as can be.
    st.builds(
        lambda units, places, rest: (
            Decimal(2 * units + 1).scaleb(-places - 1) * 5 + Decimal(rest).scaleb(-20)
        ),
        st.integers(-(10**10), 10**10),
        st.integers(0, 8),
        st.integers(-1, 1),
    ),
)
# Numbers with zeros at both ends, a point anywhere, and an exponent that moves it.
DIGITS = st.builds(
    lambda before, digits, after: "0" * before + str(digits) + "0" * after,
    st.integers(0, 30),
    st.one_of(st.integers(0, 9), st.integers(0, 10**25)),
    st.integers(0, 30),
)
NUMBERS = st.builds(
    lambda minus, whole, fraction, exponent: minus + whole + fraction + exponent,
    st.sampled_from(["", "-"]),
    DIGITS,
    st.one_of(st.just(""), DIGITS.map(".{}".format)),
    st.one_of(
        st.just(""),
        st.builds(
            lambda letter, sign, zeros, exponent: f"{letter}{sign}{'0' * zeros}{exponent}",
            st.sampled_from("eE"),
            st.sampled_from(["", "+", "-"]),
            st.integers(0, 3),
            st.one_of(st.integers(0, 60), st.integers(0, 10**20)),
        ),
    ),
)


@pytest.fixture(scope="module")
def compiled(seeds_manifest: Manifest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the macros as SQL expressions."""
    macros = {
        "amount": "ratebook.exact_amount('price', 'numerator', 'divisor', 'percent')",
        "rounded": "ratebook.round_money('amount', 'minor_units')",
        "quantity": (
            "ratebook.event_quantity('properties', 'key_path', 'path', "
            "ratebook.event_property('properties', 'key_path', 'path'))"
        ),
        "decimal": "ratebook.parse_decimal('cell')",
        "integer": "ratebook.parse_integer('cell')",
        "version": "ratebook.parse_version('cell')",
    }
    path = tmp_path_factory.mktemp("macros") / CASE_STUDY.name
    found = {}
    for name, call in macros.items():
        command = ["compile", "--inline", f"select {{{{ {call} }}}}"]
        result = dbt(command, duckdb_path=path, manifest=seeds_manifest)
        found[name] = result.result.results[0].node.compiled_code.removeprefix("select ")
    return found


def evaluated(
    expression: str, cases: Sequence[tuple[Any, ...]], types: dict[str, str]
) -> list[Decimal | None]:
    """Return an expression's value for each case, whose cells have names and types."""
    columns = {
        name: pa.array([None if cell[i] is None else str(cell[i]) for cell in cases], pa.string())
        for i, name in enumerate(types)
    }
    casts = ", ".join(f"cast({name} as {type_}) as {name}" for name, type_ in types.items())
    with duckdb.connect() as connection:
        connection.register("cases", pa.table(columns))
        sql = f"select {expression} from (select {casts} from cases)"  # noqa: S608
        return [value for (value,) in connection.execute(sql).fetchall()]


@settings(max_examples=25 * RANDOM_BATCHES, deadline=None)
@given(st.lists(st.tuples(PRICES, NUMERATORS, DIVISORS, PERCENTS), min_size=1, max_size=100))
def test_amounts_are_exact(compiled: dict[str, str], cases: list[tuple[Any, ...]]) -> None:
    """Price x (1 - percent) x numerator / divisor, cut off after 20 decimals, or out of range."""
    types = {
        **{"price": "decimal(18, 10)", "numerator": "hugeint", "divisor": "hugeint"},
        "percent": "decimal(9, 2)",
    }
    for case, got in zip(cases, evaluated(compiled["amount"], cases, types), strict=True):
        price, numerator, divisor, percent = map(Fraction, case)
        exact = price * (100 - percent) / 100 * numerator / 10**12 / divisor
        if abs(exact) < LINE_LIMIT:
            digits = int(abs(exact) * 10**20)
            assert got is not None, case
            assert Fraction(got) == Fraction(-digits if exact < 0 else digits, 10**20), case
        else:
            assert got is None or abs(got) >= LINE_LIMIT, case


@settings(max_examples=25 * RANDOM_BATCHES, deadline=None)
@given(st.lists(st.tuples(UNROUNDED, st.integers(0, 8)), min_size=1, max_size=100))
def test_amounts_are_rounded_once_half_away_from_zero(
    compiled: dict[str, str], cases: list[tuple[Decimal, int]]
) -> None:
    """To the decimals of the currency."""
    types = {"amount": "decimal(38, 20)", "minor_units": "integer"}
    fitting = [(f"{amount:.20f}", units) for amount, units in cases]
    for (amount, units), got in zip(
        fitting, evaluated(compiled["rounded"], fitting, types), strict=True
    ):
        assert got == round_fraction(Fraction(amount), units), (amount, units)


@settings(max_examples=25 * RANDOM_BATCHES, deadline=None)
@given(
    st.lists(
        st.one_of(
            # JSON numbers of up to 16 digits: more are rounded by the JSON reader before.
            st.builds(
                lambda digits, scale: RawNumber(f"{Decimal(digits).scaleb(-scale):f}"),
                st.integers(-(10**16) + 1, 10**16 - 1),
                st.integers(0, 16),
            ),
            st.decimals(-(10**13), 10**13, places=14).map(str),
            # In a text: all digits count, whatever the exponent.
            NUMBERS,
            st.from_regex(r"\A[-+]?[0-9]{0,4}[.,]?[0-9]{0,4}([eE][-+]?[0-9]{1,2})?\Z"),
            st.text(max_size=8),
        ),
        min_size=1,
        max_size=100,
    )
)
def test_quantities_are_read_as_the_rules_say(compiled: dict[str, str], cases: list[str]) -> None:
    """Numbers with 15 significant digits, texts with all of theirs, everything else not at all."""
    cells = [
        (
            f'{{"n": {case if isinstance(case, RawNumber) else json.dumps(case)}}}',
            '$."n"',
            None,
        )
        for case in cases
    ]
    types = {"properties": "varchar", "key_path": "varchar", "path": "varchar"}
    for case, got in zip(cases, evaluated(compiled["quantity"], cells, types), strict=True):
        assert got == parse_quantity(case), case


# A cell, and its value: as decimal, as whole number of six digits, as version.
CELLS = [
    ("10000000000000000000e-18", "10", 10, 10),
    ("100000000000000e-14", "1", 1, 1),
    ("0.00000000000000000001e20", "1", 1, 1),
    ("1E+3", "1000", 1000, 1000),
    ("1e-05", "0.00001", None, None),
    ("3e1", "30", 30, 30),
    ("35e-1", "3.5", None, None),
    ("-0012.50e1", "-125", -125, -125),
    ("1e6", "1000000", None, 1_000_000),
    ("1.7092e+17", "170920000000000000", None, 170_920_000_000_000_000),
    ("0e-400", "0", 0, 0),
    ("0e400", "0", 0, 0),
    # Out of every range, and never 0: one is too large, the other has too many decimals.
    ("1e400", "1e17", None, None),
    ("1e-400", "1e-20", None, None),
    ("1e99999999999999999999", "1e17", None, None),
    ("1e", None, None, None),
    ("1e0.5", None, None, None),
    ("1e5\n", None, None, None),
    ("\u0661", None, None, None),
]


def test_numbers_are_read_by_value(compiled: dict[str, str]) -> None:
    """However they are written."""
    cells = [(cell,) for cell, *_ in CELLS]
    for place, kind in enumerate(("decimal", "integer", "version"), start=1):
        wanted = [None if one[place] is None else Decimal(one[place]) for one in CELLS]
        assert evaluated(compiled[kind], cells, {"cell": "varchar"}) == wanted, kind


@settings(max_examples=25 * RANDOM_BATCHES, deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=100))
def test_numbers_of_any_length_are_read_by_value(
    compiled: dict[str, str], cases: list[str]
) -> None:
    """A number that fits is exact; one that does not is out of every range, and never 0."""
    cells = [(case,) for case in cases]
    for case, got in zip(
        cases, evaluated(compiled["decimal"], cells, {"cell": "varchar"}), strict=True
    ):
        value = parse_decimal(case)
        assert got is not None, case
        if abs(value) >= 10**18:
            # Far out, the oracle keeps no decimals; a number may be out of range in both ways.
            assert got in (10**17, Decimal("1e-20")), case
        elif decimals_of(value) > 20:
            assert got == Decimal("1e-20"), case
        else:
            assert got == value, case
    for kind, parse in (("integer", parse_integer), ("version", parse_version)):
        found = evaluated(compiled[kind], cells, {"cell": "varchar"})
        assert found == [whole_or_none(parse, case) for case in cases], kind


def whole_or_none(parse: Callable[[str], int], cell: str) -> int | None:
    """Return a whole number, or None where the oracle reads none."""
    try:
        return parse(cell)
    except UnparsableError:
        return None


# What stands in the property, and the quantity.
QUANTITIES = [
    ("10000000000000000000e-18", "10"),
    ("100000000000000e-14", "1"),
    ("1E+3", "1000"),
    ("0e-400", "0"),
    ("1e-400", "0"),
    ("1e11", "100000000000"),
    ("1e12", None),
    ("1e400", None),
    ("123456789012345678901234567890", None),
]


def test_quantities_with_exponents(compiled: dict[str, str]) -> None:
    """The same as a JSON number and as a text; what does not fit is no quantity, and not 0."""
    for written in ("{}", '"{}"'):
        cells = [(f'{{"n": {written.format(cell)}}}', '$."n"', None) for cell, _ in QUANTITIES]
        types = {"properties": "varchar", "key_path": "varchar", "path": "varchar"}
        wanted = [None if value is None else Decimal(value) for _, value in QUANTITIES]
        assert evaluated(compiled["quantity"], cells, types) == wanted, written


def test_digits_that_are_rounded_away_round_once(compiled: dict[str, str]) -> None:
    """A text at its 12th decimal; a JSON number at its 15th digit, and then at its 12th decimal."""
    cells = {
        '"0.00000000000049999999999999999"': "0",
        '"0.0000000000005"': "0.000000000001",
        '"999999999999.9999999999994"': "999999999999.999999999999",
        '"999999999999.9999999999995"': None,
        "0.00123456789049996": "0.00123456789",
        "1.49999999999996e-12": "0.000000000001",
    }
    types = {"properties": "varchar", "key_path": "varchar", "path": "varchar"}
    cases = [(f'{{"n": {cell}}}', '$."n"', None) for cell in cells]
    wanted = [None if value is None else Decimal(value) for value in cells.values()]
    assert evaluated(compiled["quantity"], cases, types) == wanted
